"""The answers that a job keeps for its further captures: bounded, in memory, gone with the job."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from capture.assets.freshness import fresh_until_ns
from capture.wire.exchange import Exchange
from capture.wire.reader import Reading

_MOST_BYTES = 128 << 20
_MOST_ASSETS = 2_000
_LARGEST = 8 << 20

Key = tuple[str, str | None]
"""URL, and the origin that asked for it where that is another than the URL's (CORS)."""


@dataclass(frozen=True)
class Asset:
    """An exchange that crossed the wire in the capture `capture_id`, to be used again.

    `connection` is what that capture's record says of the connection, `certificates` those that it
    names, by SHA-256; `fresh_until_ns` is Unix time in nanoseconds.
    """

    exchange: Exchange
    capture_id: str
    connection: dict[str, Any]
    certificates: dict[str, dict[str, Any]]
    fresh_until_ns: int

    @property
    def key(self) -> Key:
        """By which it is found."""
        asked_by = self.exchange.request.header(b"origin")
        return key_of(self.exchange.url, asked_by.decode("latin-1") if asked_by else None)

    @property
    def fetched_ns(self) -> int:
        """When its last byte came: Unix time in nanoseconds."""
        response = self.exchange.response
        return response.last_byte_ns if response else 0

    @property
    def size(self) -> int:
        """Bytes of its body on the wire, and as decoded by the wire's framing."""
        response = self.exchange.response
        return len(response.body) + len(response.entity) if response else 0


class AssetStore:
    """What a job keeps. The least recently used goes first where it becomes too much.

    An answer is offered while its capture is written down and kept once that capture's bag is
    there, so that every capture that is named has a bag.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Asset] = OrderedDict()
        self._offered: dict[str, list[Asset]] = {}
        self._bytes = 0

    def offer(
        self,
        capture_id: str,
        reading: Reading,
        connection: dict[str, Any],
        certificates: dict[str, dict[str, Any]],
    ) -> None:
        """Note what of `reading`, one connection of the capture, may be used again."""
        for exchange in reading.exchanges:
            until_ns = fresh_until_ns(exchange)
            if until_ns is None:
                continue
            asset = Asset(exchange, capture_id, connection, certificates, until_ns)
            if asset.size <= _LARGEST:
                self._offered.setdefault(capture_id, []).append(asset)

    def keep(self, capture_id: str) -> None:
        """The capture's bag is there: keep what was offered."""
        for asset in self._offered.pop(capture_id, []):
            self._drop(asset.key)
            self._kept[asset.key] = asset
            self._bytes += asset.size
        while self._bytes > _MOST_BYTES or len(self._kept) > _MOST_ASSETS:
            self._drop(next(iter(self._kept)))

    def forget(self, capture_id: str) -> None:
        """The capture came to no bag: forget what was offered."""
        self._offered.pop(capture_id, None)

    def before(self, started_ns: int) -> dict[Key, Asset]:
        """What had been fetched before a capture that started at `started_ns`, and is fresh."""
        return {
            key: asset
            for key, asset in self._kept.items()
            if asset.fetched_ns < started_ns < asset.fresh_until_ns
        }

    def used(self, assets: Iterable[Asset]) -> None:
        """These were used just now."""
        for asset in assets:
            if asset.key in self._kept:
                self._kept.move_to_end(asset.key)

    def _drop(self, key: Key) -> None:
        asset = self._kept.pop(key, None)
        self._bytes -= asset.size if asset else 0


def key_of(url: str, asked_by: str | None) -> Key:
    """The key of a request for `url` that has `asked_by` as its `Origin`, if it has one.

    Asked for from its own origin, or without CORS, an answer is the same; from another origin it
    need not be, and a browser would refuse one that was given to somebody else.
    """
    address = url.partition("#")[0]
    parts = urlsplit(address)
    own = f"{parts.scheme}://{parts.netloc}"
    return address, None if asked_by in {None, own} else asked_by
