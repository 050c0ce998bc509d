"""What YouTube says: ``ytInitialData`` in the HTML, and the answers of ``youtubei/v1/browse``.

The page of a channel has ``metadata.channelMetadataRenderer`` with ``externalId`` (the permanent
ID) and ``vanityChannelUrl`` (with the handle). Everything else is drawn from renderers whose names
change often, and no video in them names its channel on the channel's own page: so posts are taken
from the page, and not from here. YouTube publishes none of this. Source: yt-dlp's
``extractor/youtube`` (``channelMetadataRenderer``, ``externalId``, ``vanityChannelUrl``).
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, name, objects
from capture.platforms.told import Told, ToldAccount


def read(data: object) -> Told:
    """The channels named in one page or answer, and which of them the page is of."""
    owner = _channel(at(data, "metadata", "channelMetadataRenderer"))
    named = [_named(each) for each in objects(data)]
    accounts = [each for each in (owner, *named) if each is not None]
    return Told(accounts=tuple(accounts), owner=owner)


def _channel(found: object) -> ToldAccount | None:
    identity = name(at(found, "externalId"))
    if identity is None:
        return None
    return ToldAccount({"channel": identity}, _handle(at(found, "vanityChannelUrl")))


def _named(each: Object) -> ToldAccount | None:
    """A link to a channel: ``browseEndpoint`` with ``browseId`` and ``canonicalBaseUrl``."""
    identity, handle = name(each.get("browseId")), _handle(each.get("canonicalBaseUrl"))
    if identity is None or handle is None or not identity.startswith("UC"):
        return None
    return ToldAccount({"channel": identity}, handle)


def _handle(url: object) -> str | None:
    text = name(url)
    _, sign, handle = text.rpartition("/@") if text else ("", "", "")
    return handle if sign and "/" not in handle else None
