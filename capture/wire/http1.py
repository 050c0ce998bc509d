"""HTTP/1.0 and 1.1 on one connection: requests and responses in pairs, byte for byte.

Reads as leniently as browsers do (bare LF line ends), since the answer of a sloppy server is
evidence too. Source: RFC 9112 §2 (parsing), §6 (body length), §7 (chunks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from capture.wire.exchange import Exchange, Header, HttpProblem, Message, Truncation
from capture.wire.stream import Stream

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/(\d\.\d) +(\d{3})")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MAX_HEAD = 1 << 20


@dataclass
class _Body:
    """A body on the wire: where it ends, what it says, and whether it is whole."""

    end: int
    entity: bytes
    complete: bool


def read_exchanges(
    connection: int, scheme: str, sent: Stream, received: Stream, *, server_closed: bool
) -> Iterator[tuple[Exchange, int, int]]:
    """The exchanges of one connection, each with where it ends in `sent` and in `received`.

    After an answer 101 (switching protocols) nothing more is read. Raises `HttpProblem` for bytes
    that are not HTTP/1; what was yielded before stands.
    """
    at_sent = at_received = 0
    while at_sent < len(sent):
        request, at_sent = _read_request(sent, at_sent)
        exchange = _exchange(connection, scheme, request)
        at_received = _read_answer(exchange, received, at_received, server_closed=server_closed)
        yield exchange, at_sent, at_received
        if exchange.status == 101:
            return


def _read_request(sent: Stream, at: int) -> tuple[Message, int]:
    head_end = _head_end(sent.data, at)
    if head_end is None:
        raise HttpProblem(f"the request at byte {at} has no end of head")
    headers = _headers(bytes(sent.data[at:head_end]))
    body = _read_body(sent.data, head_end, headers, until_close=False, closed=True)
    return _message(sent, (at, head_end), headers, body), body.end


def _exchange(connection: int, scheme: str, request: Message) -> Exchange:
    words = _LINE_END.split(request.head, maxsplit=1)[0].split(b" ")
    if len(words) != 3:
        raise HttpProblem("a request line without three words")
    method, target, version = (word.decode("latin-1") for word in words)
    host = (request.header(b"host") or b"").decode("latin-1")
    url = f"{scheme}://{host}{target}" if target.startswith("/") else target
    return Exchange(connection, url, method, version.lower(), request)


def _read_answer(exchange: Exchange, received: Stream, at: int, *, server_closed: bool) -> int:
    """Read interim responses and the final one into `exchange`; return where they end."""
    while at < len(received):
        head_end = _head_end(received.data, at)
        status_line = _STATUS_LINE.match(received.data, at)
        if status_line is None:
            raise HttpProblem(f"the answer at byte {at} does not start with a status line")
        if head_end is None:
            break
        status = int(status_line[2])
        if 100 <= status < 200 and status != 101:
            exchange.interim.append(bytes(received.data[at:head_end]))
            at = head_end
            continue
        exchange.status = status
        exchange.protocol = f"http/{status_line[1].decode()}"
        return _read_final(exchange, received, (at, head_end), server_closed=server_closed)
    exchange.truncated = Truncation.DISCONNECT
    return len(received)


def _read_final(
    exchange: Exchange, received: Stream, head: tuple[int, int], *, server_closed: bool
) -> int:
    headers = _headers(bytes(received.data[head[0] : head[1]]))
    if exchange.method == "HEAD" or exchange.status in {101, 204, 304}:
        body = _Body(head[1], b"", complete=True)
    else:
        body = _read_body(received.data, head[1], headers, until_close=True, closed=server_closed)
    exchange.response = _message(received, head, headers, body)
    if not body.complete:
        exchange.truncated = Truncation.DISCONNECT
    return body.end


def _read_body(
    data: bytearray, at: int, headers: list[Header], *, until_close: bool, closed: bool
) -> _Body:
    """RFC 9112 §6.3. A body until the end of the connection is whole if the server `closed` it."""
    fields = {name.lower(): value for name, value in headers}
    if b"chunked" in fields.get(b"transfer-encoding", b"").lower():
        return _read_chunks(data, at)
    length = fields.get(b"content-length", b"").strip()
    if length.isdigit():
        end = at + int(length)
        return _Body(min(end, len(data)), bytes(data[at:end]), complete=end <= len(data))
    if until_close:
        return _Body(len(data), bytes(data[at:]), complete=closed)
    return _Body(at, b"", complete=True)


def _read_chunks(data: bytearray, at: int) -> _Body:
    """RFC 9112 §7.1. Where a chunk is cut or malformed the body ends, incomplete."""
    entity = bytearray()
    while size_line := _CHUNK_SIZE.match(data, at):
        size, start = int(size_line[1], 16), size_line.end()
        if size == 0:
            return _after_trailers(data, start, bytes(entity))
        entity += data[start : start + size]
        if start + size > len(data):
            break
        line_end = _LINE_END.match(data, start + size)
        at = line_end.end() if line_end else start + size
    return _Body(len(data), bytes(entity), complete=False)


def _after_trailers(data: bytearray, at: int, entity: bytes) -> _Body:
    while line_end := _LINE_END.search(data, at):
        if line_end.start() == at:
            return _Body(line_end.end(), entity, complete=True)
        at = line_end.end()
    return _Body(len(data), entity, complete=False)


def _head_end(data: bytearray, at: int) -> int | None:
    match = _END_OF_HEAD.search(data, at, at + _MAX_HEAD)
    return match.end() if match else None


def _headers(head: bytes) -> list[Header]:
    lines = _LINE_END.split(head)[1:]
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return [(name, value.strip(b" \t")) for name, _, value in pairs]


def _message(stream: Stream, head: tuple[int, int], headers: list[Header], body: _Body) -> Message:
    start, head_end = head
    return Message(
        head=bytes(stream.data[start:head_end]),
        headers=headers,
        body=bytes(stream.data[head_end : body.end]),
        entity=body.entity,
        first_byte_ns=stream.time_at(start),
        last_byte_ns=stream.time_at(max(body.end - 1, start)),
    )
