"""WebSocket messages out of the bytes after the handshake (RFC 6455 §5, RFC 7692).

A bystander's reading: the libraries for this play one of the two ends, and stop or fail where an
end should; here every frame that can be read is kept, however wrong the ends behave.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from capture.wire.exchange import HttpProblem, WebSocketMessage
from capture.wire.stream import Stream

_KINDS = {1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
_MOST_INFLATED = 64 << 20
"""What the compressed messages of one direction may expand to, in bytes: a few can hold a lot."""
_END_OF_DEFLATE_BLOCK = b"\x00\x00\xff\xff"  # RFC 7692 §7.2.2: the sender leaves it out


@dataclass
class _Frame:
    """One frame: payload unmasked, still compressed where `compressed`."""

    time_ns: int
    opcode: int
    final: bool
    compressed: bool
    payload: bytes


def read_messages(
    sent: Stream, received: Stream, extensions: bytes
) -> tuple[list[WebSocketMessage], str | None]:
    """The messages and control frames of both directions, by time, and where reading stopped.

    `extensions` is the server's Sec-WebSocket-Extensions. A message that is cut or does not
    decompress is left out, and so is what follows it; the bytes themselves are in the wire file.
    """
    text = extensions.decode("latin-1").lower()
    messages: list[WebSocketMessage] = []
    problems = []
    for sender, stream, side in (("page", sent, "client"), ("server", received, "server")):
        inflater = _Inflater(fresh=f"{side}_no_context_takeover" in text)
        try:
            messages.extend(_messages(sender, stream, inflater))
        except HttpProblem as problem:
            problems.append(f"WebSocket messages of the {sender}: {problem}")
    return sorted(messages, key=lambda message: message.time_ns), "; ".join(problems) or None


class _Inflater:
    """Decompresses the messages of one direction; `fresh`: each by itself (RFC 7692 §7.1.1)."""

    def __init__(self, *, fresh: bool) -> None:
        self._fresh = fresh
        self._left = _MOST_INFLATED
        self._stream = zlib.decompressobj(wbits=-15)

    def inflate(self, payload: bytes) -> bytes:
        if self._fresh:
            self._stream = zlib.decompressobj(wbits=-15)
        try:
            inflated = self._stream.decompress(payload + _END_OF_DEFLATE_BLOCK, self._left + 1)
        except zlib.error as error:
            raise HttpProblem("one does not decompress") from error
        self._left -= len(inflated)
        if self._left < 0:
            raise HttpProblem(f"they decompress to more than {_MOST_INFLATED} bytes")
        if self._stream.eof:  # RFC 7692 §7.2.3.4 lets a sender do so; what follows needs a new one
            raise HttpProblem("one ends its compression for good, which is not followed")
        return inflated


def _messages(sender: str, stream: Stream, inflater: _Inflater) -> Iterator[WebSocketMessage]:
    """Put the frames of one direction together; control frames may stand between fragments."""
    parts: list[_Frame] = []
    for frame in _frames(stream):
        if frame.opcode in {8, 9, 10}:
            yield WebSocketMessage(frame.time_ns, sender, _KINDS[frame.opcode], frame.payload)
            continue
        parts.append(frame)
        if frame.final:
            payload = b"".join(part.payload for part in parts)
            payload = inflater.inflate(payload) if parts[0].compressed else payload
            kind = _KINDS.get(parts[0].opcode, "binary")
            yield WebSocketMessage(frame.time_ns, sender, kind, payload)
            parts = []
    if parts:
        raise HttpProblem("the last one is cut between two fragments")


def _frames(stream: Stream) -> Iterator[_Frame]:
    """RFC 6455 §5.2."""
    data, at = stream.data, 0
    while at < len(data):
        first, second = data[at], data[at + 1] if at + 1 < len(data) else 0
        mask_at, length = _length(data, at + 2, second & 0x7F)
        start = mask_at + (4 if second & 0x80 else 0)
        end = start + length
        if end > len(data):
            raise HttpProblem(f"the frame at byte {at} is cut")
        payload = _unmask(bytes(data[start:end]), bytes(data[mask_at:start]))
        yield _Frame(
            stream.time_at(end - 1), first & 0x0F, bool(first & 0x80), bool(first & 0x40), payload
        )
        at = end


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
