"""WebSocket messages out of the bytes after the handshake (RFC 6455 §5, RFC 7692).

A bystander's reading: the libraries for this play one of the two ends, and stop or fail where an
end should; here every frame that can be read is kept, however wrong the ends behave.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from capture.wire.exchange import WebSocketMessage
from capture.wire.stream import Stream

_KINDS = {1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
_LARGEST_MESSAGE = 64 << 20
_END_OF_DEFLATE_BLOCK = b"\x00\x00\xff\xff"  # RFC 7692 §7.2.2: the sender leaves it out


@dataclass
class _Frame:
    """One frame: payload unmasked, still compressed where `compressed`."""

    time_ns: int
    opcode: int
    final: bool
    compressed: bool
    payload: bytes


def read_messages(sent: Stream, received: Stream, extensions: bytes) -> list[WebSocketMessage]:
    """The messages and control frames of both directions, by time.

    `extensions` is the server's Sec-WebSocket-Extensions. A message cut at the end is left out, as
    is one that does not decompress; the bytes themselves are in the wire file.
    """
    text = extensions.decode("latin-1").lower()
    messages = [
        *_messages("page", sent, fresh_context="client_no_context_takeover" in text),
        *_messages("server", received, fresh_context="server_no_context_takeover" in text),
    ]
    return sorted(messages, key=lambda message: message.time_ns)


def _messages(sender: str, stream: Stream, *, fresh_context: bool) -> Iterator[WebSocketMessage]:
    """Put the frames of one direction together; control frames may stand between fragments."""
    inflater = zlib.decompressobj(wbits=-15)
    parts: list[_Frame] = []
    for frame in _frames(stream):
        if frame.opcode in {8, 9, 10}:
            yield WebSocketMessage(frame.time_ns, sender, _KINDS[frame.opcode], frame.payload)
            continue
        parts.append(frame)
        if not frame.final:
            continue
        payload = b"".join(part.payload for part in parts)
        if parts[0].compressed:
            if fresh_context:
                inflater = zlib.decompressobj(wbits=-15)
            try:
                payload = inflater.decompress(payload + _END_OF_DEFLATE_BLOCK, _LARGEST_MESSAGE)
            except zlib.error:
                return
        kind = _KINDS.get(parts[0].opcode, "binary")
        yield WebSocketMessage(frame.time_ns, sender, kind, payload)
        parts = []


def _frames(stream: Stream) -> Iterator[_Frame]:
    """RFC 6455 §5.2."""
    data, at = stream.data, 0
    while at + 2 <= len(data):
        first, second = data[at], data[at + 1]
        at, length = _length(data, at + 2, second & 0x7F)
        mask = bytes(data[at : at + 4]) if second & 0x80 else b""
        start = at + len(mask)
        at = start + length
        if at > len(data):
            return
        payload = _unmask(bytes(data[start:at]), mask)
        yield _Frame(
            stream.time_at(at - 1), first & 0x0F, bool(first & 0x80), bool(first & 0x40), payload
        )


def _length(data: bytearray, at: int, short: int) -> tuple[int, int]:
    """Where the length field ends, and the payload's length."""
    size = {126: 2, 127: 8}.get(short, 0)
    return at + size, int.from_bytes(data[at : at + size], "big") if size else short


def _unmask(payload: bytes, mask: bytes) -> bytes:
    """RFC 6455 §5.3, as one exclusive-or of two large numbers."""
    if not mask:
        return payload
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def is_websocket(upgrade: bytes | None) -> bool:
    """Whether an Upgrade header (or :protocol) names the WebSocket protocol."""
    return re.fullmatch(rb"\s*websocket\s*", upgrade or b"", re.IGNORECASE) is not None
