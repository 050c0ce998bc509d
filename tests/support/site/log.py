"""The access log: what arrived and what was really sent, exchange by exchange.

An entry appears when its request has been read whole, and is filled while the answer goes out,
so that a snapshot also shows exchanges that hang. `body_*` is about the entity as it went over the
wire: after content-encoding, before chunking or framing. `decoded_*` is the same body as a browser
hands it to the page.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import Literal

Headers = list[tuple[bytes, bytes]]
_REMEMBERED = 16 << 20  # bytes of an entity, to know a part of it again


@dataclass
class Frame:
    """One WebSocket message, or a close, as the server received or sent it."""

    direction: Literal["received", "sent"]
    kind: Literal["text", "binary", "close", "ping", "pong"]
    payload: bytes
    time: float = field(default_factory=time.time)


@dataclass
class Entry:
    """One exchange. Header names and values are the bytes as they crossed the wire, in order."""

    id: int
    time: float
    role: str
    flavour: str
    server: tuple[str, int]
    client: tuple[str, int]
    connection: int
    tls: bool
    tls_version: str | None
    cipher: str | None
    alpn: str | None
    http_version: str
    method: str
    target: str
    authority: str
    request_headers: Headers
    request_body: bytes
    stream: int | None = None
    status: int | None = None
    response_headers: Headers = field(default_factory=list)
    interim: list[tuple[int, Headers]] = field(default_factory=list)
    trailers: Headers = field(default_factory=list)
    body_length: int = 0
    frames: list[Frame] = field(default_factory=list)
    completed: bool = False
    cut_by_server: bool = False
    finished: bool = False
    hasher: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False, compare=False)
    first_bytes: bytearray = field(default_factory=bytearray, repr=False, compare=False)
    encoded_from: bytes | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def url(self) -> str:
        """The URL as the client named it."""
        return f"{'https' if self.tls else 'http'}://{self.authority}{self.target}"

    @property
    def body_sha256(self) -> str:
        """Of the entity bytes sent so far."""
        return self.hasher.hexdigest()

    def begins_with(self, part: bytes) -> bool:
        """Whether `part` is how the entity began ; False for more than is remembered."""
        return len(part) <= len(self.first_bytes) and self.first_bytes.startswith(part)

    @property
    def decoded_length(self) -> int:
        """Length after content decoding (the sent length where nothing is encoded)."""
        return self.body_length if self.encoded_from is None else len(self.encoded_from)

    @property
    def decoded_sha256(self) -> str:
        """SHA-256 after content decoding."""
        if self.encoded_from is None:
            return self.body_sha256
        return hashlib.sha256(self.encoded_from).hexdigest()

    def header(self, name: str) -> str | None:
        """The first response header of that name."""
        return first(self.response_headers, name)

    def request_header(self, name: str) -> str | None:
        """The first request header of that name."""
        return first(self.request_headers, name)


def first(headers: Headers, name: str) -> str | None:
    """The first value of `name`, whatever its case."""
    wanted = name.lower().encode("latin-1")
    return next((v.decode("latin-1") for n, v in headers if n.lower() == wanted), None)


class AccessLog:
    """Entries in order of arrival; written by the server's thread, read by any other."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def open(self, **fields: object) -> Entry:
        """Add the entry of a request that has just arrived."""
        with self._lock:
            entry = Entry(id=next(self._numbers), time=time.time(), **fields)  # type: ignore[arg-type]
            self._entries.append(entry)
        return entry

    def sent(self, entry: Entry, piece: bytes) -> None:
        """Count entity bytes that have left."""
        with self._lock:
            entry.hasher.update(piece)
            entry.body_length += len(piece)
            entry.first_bytes += piece[: max(_REMEMBERED - len(entry.first_bytes), 0)]

    def snapshot(self) -> list[Entry]:
        """Copies which do not change any more."""
        with self._lock:
            return [_frozen(entry) for entry in self._entries]

    def clear(self) -> None:
        """Forget all entries; the numbering goes on."""
        with self._lock:
            self._entries.clear()

    def open_count(self) -> int:
        """How many exchanges are under way."""
        with self._lock:
            return sum(not entry.finished for entry in self._entries)


def _frozen(entry: Entry) -> Entry:
    twin = copy.copy(entry)
    twin.hasher = entry.hasher.copy()
    twin.first_bytes = entry.first_bytes.copy()
    twin.frames = list(entry.frames)
    twin.interim = list(entry.interim)
    return twin
