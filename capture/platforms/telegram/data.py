"""What ``t.me/s/…`` says of its channel: ``data-view`` around each message holds its number.

Around a message stands ``data-post="NAME/NUMBER"`` and ``data-view``: base64 of
``{"c": -CHANNEL, "p": NUMBER, "t": TIME, "h": …}``. Telegram publishes none of this. Source: the
recorded pair in github.com/nuzulul/telegram-scraper (``README.md``: ``telegram/258`` beside ``c`` =
-1005640892). That this is the channel's ID in ``t.me/c/…`` was checked against that one pair only.
Groups and bots: unchecked. The page has no data in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping

from capture.platforms.embedded import value_in_base64
from capture.platforms.pagedata import at, part
from capture.platforms.told import ToldAccount, ToldPost

_CHANNEL = r"-([1-9][0-9]{4,14})"
_POST = r"([A-Za-z][A-Za-z0-9_]{3,31})/[1-9][0-9]{0,9}"
_NUMBER = r"[A-Za-z0-9_]+/([1-9][0-9]{0,9})"


def read_attributes(attributes: Mapping[str, str]) -> ToldPost | None:
    """Which channel a message stands in, and its number there."""
    post = attributes.get("data-post")
    handle, identity = part(post, _POST), part(post, _NUMBER)
    number = part(at(value_in_base64(attributes.get("data-view", "")), "c"), _CHANNEL)
    if handle is None or identity is None:
        return None
    return ToldPost(identity, ToldAccount({"channel": number} if number else {}, handle))
