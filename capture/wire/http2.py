"""HTTP/2 on one connection: frames put together to exchanges.

HTTP/2 (RFC 9113) sends header fields in compressed blocks (HPACK, RFC 7541), not lines. The heads
made here are our rendering of those fields, in their order, and are marked as made; the bodies are
the bytes of the DATA frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hpack import Decoder
from hpack.exceptions import HPACKError
from hyperframe.exceptions import HyperframeError
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    HeadersFrame,
    PushPromiseFrame,
    RstStreamFrame,
)

from capture.wire.exchange import Exchange, Header, HttpProblem, Message, Truncation
from capture.wire.stream import Stream

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_HEAD = 9
_LARGEST_TABLE = 1 << 24  # the sizes are negotiated by the two ends; we only follow
# Chromium ends a connection whose fields expand beyond 256 KiB; a few bytes can stand for them.
_LARGEST_BLOCK = 1 << 19
_ENDS_LINE = re.compile(rb"[\r\n\0]")


@dataclass
class _Block:
    """One block of header fields: a head, an interim response, or trailers."""

    time_ns: int
    fields: list[Header]


@dataclass
class Half:
    """One direction of one stream: its blocks of fields and its data as it came."""

    blocks: list[_Block] = field(default_factory=list)
    data: Stream = field(default_factory=Stream)
    ended: bool = False
    reset: bool = False
    last_ns: int = 0


def read_exchanges(
    connection: int, scheme: str, sent: Stream, received: Stream
) -> Iterator[tuple[Exchange, Half, Half]]:
    """The exchanges of one connection in the order of their streams, with both halves.

    Raises `HttpProblem` for bytes that are not HTTP/2; what was yielded before stands: all that
    could be read of every stream.
    """
    if not sent.data.startswith(PREFACE):
        raise HttpProblem("no HTTP/2 connection preface")
    client, server = _Reader(), _Reader()
    requests, answers = client.read(sent, len(PREFACE)), server.read(received, 0)
    for number in sorted(requests):
        if requests[number].blocks:
            answer = answers.get(number, Half())
            yield _exchange(connection, scheme, requests[number], answer), requests[number], answer
    if problem := client.problem or server.problem:
        raise HttpProblem(problem)


class _Reader:
    """Reads the frames of one direction; HPACK's table lives as long as the direction."""

    def __init__(self) -> None:
        self._decoder = Decoder(max_header_list_size=_LARGEST_BLOCK)
        self._decoder.max_allowed_table_size = _LARGEST_TABLE
        self._halves: dict[int, Half] = {}
        self._block = bytearray()
        self.problem: str | None = None

    def read(self, stream: Stream, at: int) -> dict[int, Half]:
        """The streams by number, as far as they can be read; `problem` says where that ends."""
        view = memoryview(bytes(stream.data))
        try:
            while at + _FRAME_HEAD <= len(view):
                frame, length = Frame.parse_frame_header(view[at : at + _FRAME_HEAD])
                body = view[at + _FRAME_HEAD : at + _FRAME_HEAD + length]
                if len(body) < length:
                    self._take_cut(frame, length, bytes(body), stream.time_at(len(stream)))
                    break
                frame.parse_body(body)
                at += _FRAME_HEAD + length
                self._take(frame, stream.time_at(at - 1))
        except (HyperframeError, HPACKError) as error:
            self.problem = f"HTTP/2 frame at byte {at}: {error!r}"
        return self._halves

    def _take_cut(self, frame: Frame, length: int, body: bytes, time_ns: int) -> None:
        """What came of the last DATA frame: the page sees data before its frame is whole."""
        if isinstance(frame, DataFrame) and body:
            is_padded = "PADDED" in frame.flags
            data = body[1 : length - body[0]] if is_padded else body
            self._halves.setdefault(frame.stream_id, Half()).data.append(time_ns, data)

    def _take(self, frame: Frame, time_ns: int) -> None:
        half = self._halves.setdefault(frame.stream_id, Half())
        half.last_ns = time_ns
        if isinstance(frame, DataFrame):
            half.data.append(time_ns, bytes(frame.data))
        elif isinstance(frame, HeadersFrame | ContinuationFrame | PushPromiseFrame):
            self._take_fields(frame, half, time_ns)
        elif isinstance(frame, RstStreamFrame):
            half.reset = True
        half.ended = half.ended or "END_STREAM" in frame.flags

    def _take_fields(
        self, frame: HeadersFrame | ContinuationFrame | PushPromiseFrame, half: Half, time_ns: int
    ) -> None:
        self._block += frame.data
        if "END_HEADERS" not in frame.flags:
            return
        decoded = self._decoder.decode(bytes(self._block), raw=True)
        self._block.clear()
        if not isinstance(frame, PushPromiseFrame):  # browsers refuse pushes; only keep the table
            half.blocks.append(_Block(time_ns, [(bytes(n), bytes(v)) for n, v in decoded]))


def _exchange(connection: int, scheme: str, asked: Half, answered: Half) -> Exchange:
    pseudo = dict(asked.blocks[0].fields)
    method = pseudo.get(b":method", b"").decode("latin-1")
    authority = pseudo.get(b":authority", b"").decode("latin-1")
    path = pseudo.get(b":path", b"").decode("latin-1")
    exchange = Exchange(
        connection,
        f"{scheme}://{authority}{path}",
        method,
        "h2",
        _message(f"{method} {path} HTTP/2", asked.blocks[0], asked),
    )
    _add_answer(exchange, answered)
    return exchange


def _add_answer(exchange: Exchange, answered: Half) -> None:
    for block in answered.blocks:
        status = _status(block)
        if 100 <= status < 200:
            exchange.interim.append(_head(f"HTTP/2 {status} ", block.fields))
        elif status and exchange.response is None:
            exchange.status = status
            exchange.response = _message(f"HTTP/2 {status} ", block, answered)
    if exchange.response is None or not answered.ended:
        exchange.truncated = Truncation.DISCONNECT


def _status(block: _Block) -> int:
    """The status, or 0 for trailers and for what is no number."""
    text = dict(block.fields).get(b":status", b"")
    return int(text) if re.fullmatch(rb"\d{3}", text) else 0


def _message(first_line: str, block: _Block, half: Half) -> Message:
    body = bytes(half.data.data)
    return Message(
        head=_head(first_line, block.fields),
        headers=[pair for pair in block.fields if not pair[0].startswith(b":")],
        body=body,
        entity=body,
        first_byte_ns=block.time_ns,
        last_byte_ns=max(half.last_ns, block.time_ns),
        made=True,
    )


def _head(first_line: str, fields: list[Header]) -> bytes:
    """Lines made from fields. ``:authority`` becomes the Host line that HTTP/1 would have.

    What would end a line early becomes a space (RFC 9110 §5.5): in HTTP/2 it can stand in a field,
    and must not make up another one here.
    """
    lines = [first_line.encode("latin-1", "replace")]
    for name, value in fields:
        if name == b":authority":
            lines.append(b"host: " + value)
        elif not name.startswith(b":"):
            lines.append(name + b": " + value)
    return b"\r\n".join(_ENDS_LINE.sub(b" ", line) for line in lines) + b"\r\n\r\n"
