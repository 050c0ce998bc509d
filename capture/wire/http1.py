"""HTTP/1.0 and 1.1 on one connection: requests and responses in pairs, byte for byte.

Reads as leniently as Chromium does, since the answer of a sloppy server is evidence too, and since
a body that ends elsewhere than the browser's would be another page than the one that was seen.
Sources: RFC 9112 §2 (parsing), §6 (body length), §7 (chunks); where they leave room, Chromium's
net/http (http_stream_parser.cc, http_response_headers.cc, http_chunked_decoder.cc):

- bare LF ends a line; up to four bytes may stand before a status line; a status line without a
  number means 200; an answer without a status line is HTTP/0.9 on the scheme's own port only;
- a folded line belongs to the one before; space before a field's colon does not count;
- ``Transfer-Encoding: chunked`` goes before any Content-Length, but not in HTTP/1.0;
- of several Content-Lengths all must be alike: otherwise the browser gives up, and so the body is
  all that came, marked as cut; one that is no number up to 2**63 does not count;
- 1xx, 204, 205, 304 and answers to HEAD have no body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from capture.wire.exchange import Exchange, Header, HttpProblem, Message, Truncation
from capture.wire.stream import Stream

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_STATUS_LINE = re.compile(
    rb"(?s:.{0,4}?)HTTP(?:/(\d)[^. \n]*\.(\d))?[^ \n]*(?: +(\d{1,9}))?", re.IGNORECASE
)
_CUT_STATUS_LINE = re.compile(rb"(?s:.{0,4}?)(?:H|HT|HTT)?\Z", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"0*([0-9A-Fa-f]{1,15}) *(?:;[^\n]*)?\r?\n")
_LENGTH = re.compile(rb"0*(\d{1,19})")
_OTHER_PORT = re.compile(rb":\d+\Z")
_MAX_HEAD = 1 << 20
_MADE_HEAD = b"HTTP/0.9 200 OK\r\n\r\n"


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
    that are not HTTP/1, or belong to no request; what was yielded before stands.
    """
    at_sent = at_received = 0
    whole = True
    while at_sent < len(sent):
        request, at_sent, whole = _read_request(sent, at_sent)
        exchange = _exchange(connection, scheme, request)
        try:
            at_received = _read_answer(exchange, received, at_received, server_closed=server_closed)
        except HttpProblem:
            exchange.truncated = Truncation.DISCONNECT
            yield exchange, at_sent, len(received)
            raise
        yield exchange, at_sent, at_received
        if exchange.status == 101:
            return
    if not whole:
        raise HttpProblem("the last request is cut within its body")
    if at_received < len(received):
        left = len(received) - at_received
        raise HttpProblem(f"the last {left} bytes that came belong to no request")


def _read_request(sent: Stream, at: int) -> tuple[Message, int, bool]:
    """The request at `at`, where it ends, and whether it is whole."""
    head_end = _head_end(sent.data, at)
    if head_end is None:
        raise HttpProblem(f"the request at byte {at} has no end of head")
    headers = header_fields(bytes(sent.data[at:head_end]))
    body = _framed_body(sent.data, head_end, headers, chunks=True)
    body = body or _Body(head_end, b"", complete=True)
    return _message(sent, (at, head_end), headers, body), body.end, body.complete


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
        status_line = _STATUS_LINE.match(received.data, at)
        if status_line is None:
            return _read_headless(exchange, received, at, server_closed=server_closed)
        head_end = _head_end(received.data, at)
        if head_end is None:
            raise HttpProblem(f"the answer at byte {at} has no end of head")
        status = int(status_line[3] or 200)
        if 100 <= status < 200 and status != 101:
            exchange.interim.append(bytes(received.data[at:head_end]))
            at = head_end
            continue
        exchange.status = status
        exchange.protocol = _protocol(status_line[1], status_line[2])
        return _read_final(exchange, received, (at, head_end), server_closed=server_closed)
    exchange.truncated = Truncation.DISCONNECT
    return at


def _protocol(major: bytes | None, minor: bytes | None) -> str:
    is_1_1 = major is not None and minor is not None and (major, minor) >= (b"1", b"1")
    return "http/1.1" if is_1_1 else "http/1.0"


def _read_headless(exchange: Exchange, received: Stream, at: int, *, server_closed: bool) -> int:
    """HTTP/0.9: all that comes is the body. The head is made, as Chromium makes it."""
    if _CUT_STATUS_LINE.match(received.data, at):
        raise HttpProblem(f"the answer at byte {at} is cut within its status line")
    if _OTHER_PORT.search(exchange.request.header(b"host") or b""):
        raise HttpProblem(f"the answer at byte {at} does not start with a status line")
    exchange.status, exchange.protocol = 200, "http/0.9"
    body = _rest(received.data, at, complete=server_closed)
    exchange.response = replace(_message(received, (at, at), [], body), head=_MADE_HEAD, made=True)
    if not body.complete:
        exchange.truncated = Truncation.DISCONNECT
    return body.end


def _read_final(
    exchange: Exchange, received: Stream, head: tuple[int, int], *, server_closed: bool
) -> int:
    headers = header_fields(bytes(received.data[head[0] : head[1]]))
    if exchange.method == "HEAD" or exchange.status in {101, 204, 205, 304}:
        body = _Body(head[1], b"", complete=True)
    else:
        chunks = exchange.protocol != "http/1.0"
        framed = _framed_body(received.data, head[1], headers, chunks=chunks)
        body = framed or _rest(received.data, head[1], complete=server_closed)
    exchange.response = _message(received, head, headers, body)
    if not body.complete:
        exchange.truncated = Truncation.DISCONNECT
    return body.end


def _framed_body(data: bytearray, at: int, headers: list[Header], *, chunks: bool) -> _Body | None:
    """The body where the headers say how long it is (RFC 9112 §6.3); None where they do not."""
    codings = {value.lower() for value in _values(headers, b"transfer-encoding")}
    if chunks and b"chunked" in codings:
        return _read_chunks(data, at)
    lengths = _values(headers, b"content-length")
    if len(set(lengths)) > 1:
        return _rest(data, at, complete=False)
    number = _LENGTH.fullmatch(lengths[0]) if lengths else None
    if number is None or int(number[1]) >= 1 << 63:
        return None
    end = at + int(number[1])
    return _Body(min(end, len(data)), bytes(data[at:end]), complete=end <= len(data))


def _rest(data: bytearray, at: int, *, complete: bool) -> _Body:
    """A body that ends with the connection; it is whole if it was the server that ended it."""
    return _Body(len(data), bytes(data[at:]), complete=complete)


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
        if line_end is None:
            break
        at = line_end.end()
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


def header_fields(head: bytes) -> list[Header]:
    """The fields of a head in order; folded lines are joined, lines without a colon left out."""
    lines = _LINE_END.split(_FOLD.sub(b" ", head))[1:]
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return [(name.strip(b" \t"), value.strip(b" \t")) for name, _, value in pairs if name]


def _values(headers: list[Header], name: bytes) -> list[bytes]:
    """The values of every field called `name` (lower case), also those joined by commas."""
    joined = (value for key, value in headers if key.lower() == name)
    return [each.strip(b" \t") for value in joined for each in value.split(b",")]


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
