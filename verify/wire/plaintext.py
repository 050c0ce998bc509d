"""What the WARC says crossed each connection, hashed so that another reading can be compared."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from verify.archive.warcheader import WEBSOCKET, Header

_EMPTY = hashlib.sha256().hexdigest()


@dataclass
class Side:
    """One direction of an HTTP/1 connection: its messages one after the other."""

    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self.digest.update(data)
        self.size += len(data)


@dataclass
class Plaintext:
    """One connection. `payloads` are the SHA-256 of HTTP/2 bodies; `sockets` counts WebSockets.

    `is_made`: an HTTP/1 head stands in the WARC that never crossed the wire (HTTP/0.9).
    `is_redacted`: commitments stand in the WARC in the place of what crossed the wire.
    """

    is_tls: bool
    is_http2: bool
    is_made: bool = False
    is_redacted: bool = False
    sockets: int = 0
    sent: Side = field(default_factory=Side)
    received: Side = field(default_factory=Side)
    payloads: Counter[str] = field(default_factory=Counter)

    def side(self, header: Header) -> Side | None:
        """Return what a record's block belongs to; None where it is not the bytes of the wire."""
        if self.is_http2 or header.content_type == WEBSOCKET:
            return None
        return self.sent if header.kind == "request" else self.received

    def count(self, header: Header) -> None:
        """Take note of a record that is whole."""
        self.is_redacted = self.is_redacted or bool(header.redacted)
        self.sockets += header.content_type == WEBSOCKET
        self.is_made = self.is_made or (header.made and not self.is_http2)
        if self.is_http2 and header.kind == "response" and header.is_http:
            self.payloads.update({header.payload: 1} if header.payload != _EMPTY else {})
