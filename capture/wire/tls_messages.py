"""TLS records and the handshake messages that are needed to open them.

Sources: RFC 8446 (TLS 1.3) §4 and §5.1, RFC 5246 (TLS 1.2) §6.2 and §7.4, RFC 6066 §3 (SNI),
RFC 7301 (ALPN), RFC 8879 (compressed certificates). What is not understood is skipped, never
guessed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import brotli

from capture.wire.stream import Stream

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO, END_OF_EARLY_DATA = 1, 2, 5
ENCRYPTED_EXTENSIONS, CERTIFICATE, FINISHED, KEY_UPDATE = 8, 11, 20, 24
COMPRESSED_CERTIFICATE = 25
TLS_1_2, TLS_1_3 = 0x0303, 0x0304

_ZLIB, _BROTLI = 1, 2
_SERVER_NAME, _ALPN, _EARLY_DATA, _SUPPORTED_VERSIONS = 0, 16, 42, 43
_HELLO_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class TlsProblem(Exception):
    """The bytes are not TLS as we know it; the message says where it stops."""


class Record(NamedTuple):
    """One TLS record: when its last byte came, its outer type, its 5-byte header, its payload."""

    time_ns: int
    kind: int
    header: bytes
    payload: bytes


class Message(NamedTuple):
    """One handshake message: its type and its body without the 4-byte header."""

    kind: int
    body: bytes


@dataclass(frozen=True)
class Hello:
    """What a ClientHello or ServerHello says that is needed later."""

    random: bytes
    version: int
    cipher_suite: int = 0
    server_name: str | None = None
    alpn: str | None = None
    is_retry: bool = False


@dataclass
class HandshakeBuffer:
    """Handshake messages may be cut anywhere across records; this puts them together."""

    pending: bytearray = field(default_factory=bytearray)

    def feed(self, payload: bytes) -> Iterator[Message]:
        """Add a record's payload, yield each message that is complete now."""
        self.pending += payload
        while len(self.pending) >= 4:
            length = int.from_bytes(self.pending[1:4], "big")
            if len(self.pending) < 4 + length:
                return
            message = Message(self.pending[0], bytes(self.pending[4 : 4 + length]))
            del self.pending[: 4 + length]
            yield message


def records(stream: Stream) -> Iterator[Record]:
    """The complete records of `stream`; a record cut at the end is left out.

    Raises `TlsProblem` where the bytes are no TLS records.
    """
    at = 0
    while at + 5 <= len(stream):
        header = bytes(stream.data[at : at + 5])
        if header[0] not in {CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, 24}:
            raise TlsProblem(f"no TLS record at byte {at}")
        end = at + 5 + int.from_bytes(header[3:5], "big")
        if end > len(stream):
            return
        payload = bytes(stream.data[at + 5 : end])
        yield Record(stream.time_at(end - 1), header[0], header, payload)
        at = end


def client_hello(stream: Stream) -> Hello | None:
    """The first ClientHello of what the client sent, or None where there is none (yet)."""
    if stream.data[:1] != bytes([HANDSHAKE]):
        return None
    buffer = HandshakeBuffer()
    for record in records(stream):
        for message in buffer.feed(record.payload):
            return read_client_hello(message.body) if message.kind == CLIENT_HELLO else None
    return None


def read_client_hello(body: bytes) -> Hello:
    """RFC 8446 §4.1.2. Raises `TlsProblem` where it is cut short."""
    reader = _Reader(body)
    reader.take(2)
    random = reader.take(32)
    reader.vector(1)
    reader.vector(2)
    reader.vector(1)
    extensions = _extensions(reader)
    name = extensions.get(_SERVER_NAME)
    return Hello(random, TLS_1_2, server_name=_server_name(name) if name else None)


def read_server_hello(body: bytes) -> Hello:
    """RFC 8446 §4.1.3, RFC 5246 §7.4.1.3. Raises `TlsProblem` where it is cut short."""
    reader = _Reader(body)
    version = int.from_bytes(reader.take(2), "big")
    random = reader.take(32)
    reader.vector(1)
    suite = int.from_bytes(reader.take(2), "big")
    reader.take(1)
    extensions = _extensions(reader)
    if _SUPPORTED_VERSIONS in extensions:
        version = int.from_bytes(extensions[_SUPPORTED_VERSIONS], "big")
    alpn = _alpn(extensions)
    return Hello(random, version, suite, alpn=alpn, is_retry=random == _HELLO_RETRY)


def read_encrypted_extensions(body: bytes) -> tuple[str | None, bool]:
    """The protocol chosen (ALPN), and whether the server took the client's early data."""
    extensions = _extensions(_Reader(body))
    return _alpn(extensions), _EARLY_DATA in extensions


def read_certificates(body: bytes, version: int) -> list[bytes]:
    """The DER certificates of a Certificate message, end entity first (RFC 8446 §4.4.2)."""
    reader = _Reader(body)
    if version == TLS_1_3:
        reader.vector(1)
    entries = _Reader(reader.vector(3))
    found = []
    while entries.left():
        found.append(entries.vector(3))
        if version == TLS_1_3:
            entries.vector(2)
    return found


def expand_certificate(body: bytes) -> bytes:
    """The Certificate message in a CompressedCertificate message (RFC 8879 §4).

    Chromium asks for brotli, and large sites use it. Raises `TlsProblem` for a compression other
    than zlib and brotli, and for one that does not expand to the length that it states.
    """
    reader = _Reader(body)
    algorithm = int.from_bytes(reader.take(2), "big")
    length = int.from_bytes(reader.take(3), "big")
    packed = reader.vector(3)
    expand = {_ZLIB: _expand_zlib, _BROTLI: _expand_brotli}.get(algorithm)
    if expand is None:
        raise TlsProblem(f"certificates compressed by algorithm {algorithm} are not read")
    try:
        expanded = expand(packed, length + 1)
    except (zlib.error, brotli.error) as error:
        raise TlsProblem("the compressed certificates do not expand") from error
    if len(expanded) != length:
        raise TlsProblem("the compressed certificates have another length than they say")
    return expanded


def _expand_zlib(packed: bytes, most: int) -> bytes:
    return zlib.decompressobj().decompress(packed, most)


def _expand_brotli(packed: bytes, most: int) -> bytes:
    """At most about `most` bytes: the library gives at least a block, so it is cut here."""
    decompressor = brotli.Decompressor()
    expanded: bytes = decompressor.process(packed, output_buffer_limit=most)
    while len(expanded) < most and not decompressor.is_finished():
        piece: bytes = decompressor.process(b"", output_buffer_limit=most)
        if not piece:
            break
        expanded += piece
    return expanded[:most]


class _Reader:
    """Takes bytes and length-prefixed vectors (RFC 8446 §3.4) off the front."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left():
            raise TlsProblem("a handshake message is cut short")
        self._at += count
        return self._data[self._at - count : self._at]

    def vector(self, prefix: int) -> bytes:
        return self.take(int.from_bytes(self.take(prefix), "big"))


def _extensions(reader: _Reader) -> dict[int, bytes]:
    if not reader.left():
        return {}
    inner = _Reader(reader.vector(2))
    found: dict[int, bytes] = {}
    while inner.left():
        kind = int.from_bytes(inner.take(2), "big")
        found[kind] = inner.vector(2)
    return found


def _server_name(data: bytes) -> str:
    entry = _Reader(_Reader(data).vector(2))
    entry.take(1)
    return entry.vector(2).decode("ascii", "backslashreplace")


def _alpn(extensions: dict[int, bytes]) -> str | None:
    if _ALPN not in extensions:
        return None
    return _Reader(_Reader(extensions[_ALPN]).vector(2)).vector(1).decode("ascii", "replace")
