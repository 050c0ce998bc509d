"""HTTP/1.0 and 1.1, byte for byte: what is read is kept raw, what is written is logged."""

from __future__ import annotations

import asyncio
import http
from typing import TYPE_CHECKING

from . import websocket
from .log import Entry, Headers, first
from .messages import Raw, Request, Response, as_bytes

if TYPE_CHECKING:
    from .server import Wire

HEAD_END = b"\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


async def serve(wire: Wire) -> None:
    """Answer the requests of one connection, one after the other."""
    while True:
        try:
            head = await wire.reader.readuntil(HEAD_END)
        except asyncio.IncompleteReadError:
            return
        if not await _exchange(wire, head):
            return


async def _exchange(wire: Wire, head: bytes) -> bool:
    """One request and its answer; true if the connection goes on."""
    lines = head[: -len(HEAD_END)].lstrip(b"\r\n").split(b"\r\n")
    words = lines[0].split(b" ")
    if len(words) != 3:
        await wire.push(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        return False
    headers = [_field(line) for line in lines[1:]]
    body = await _read_body(wire, headers)
    entry = _open_entry(wire, words, headers, body)
    request = wire.request(entry, wire.reader.gone)
    try:
        if websocket.is_asked_for(request):
            await websocket.serve(wire, request)
            return False
        from .server import answer

        reply = await answer(request)
        if isinstance(reply, Raw):
            async for piece in reply.pieces:
                await wire.push(piece)
            return False
        return await _send(wire, request, reply)
    finally:
        entry.finished = True


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value.strip(b" \t")


def _open_entry(wire: Wire, words: list[bytes], headers: Headers, body: bytes) -> Entry:
    method, target, version = (word.decode("latin-1") for word in words)
    authority = first(headers, "Host") or ":".join(map(str, wire.listener.address))
    if target.startswith(("http://", "https://")):  # absolute form, as to a proxy
        _, _, rest = target.partition("://")
        authority, slash, path = rest.partition("/")
        target = slash + path or "/"
    line = (method, target, version.removeprefix("HTTP/"))
    return wire.open_entry(line, authority, request_headers=headers, request_body=body)


async def _read_body(wire: Wire, headers: Headers) -> bytes:
    if (first(headers, "Expect") or "").lower() == "100-continue":
        await wire.push(CONTINUE)
    if (first(headers, "Transfer-Encoding") or "").lower() == "chunked":
        return await _read_chunks(wire)
    return await wire.reader.readexactly(int(first(headers, "Content-Length") or 0))


async def _read_chunks(wire: Wire) -> bytes:
    body = bytearray()
    while True:
        line = await wire.reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        body += await wire.reader.readexactly(size)
        await wire.reader.readexactly(2)
    while await wire.reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return bytes(body)


def _framed(request: Request, response: Response) -> tuple[Headers, bool, bool]:
    """The headers to send; whether the body is chunked; whether the connection goes on."""
    headers = response.wire_headers()
    closing = (request.header("Connection") or "").lower() == "close"
    keep = not closing and request.http_version == "1.1" and not response.http10
    keep = keep and response.cut_after is None and response.framing != "close"
    chunked = False
    if response.status not in {204, 304} and response.framing != "close":
        length = response.known_length
        chunked = response.framing == "chunked" or length is None
        if chunked:
            headers.append((b"Transfer-Encoding", b"chunked"))
        else:
            headers.append((b"Content-Length", b"%d" % (length or 0)))
    if not keep:
        headers.append((b"Connection", b"close"))
    return headers, chunked, keep


def head_bytes(response: Response, headers: Headers) -> bytes:
    """The status line and the headers as they are sent."""
    try:
        phrase = http.HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    version = "HTTP/1.0" if response.http10 else "HTTP/1.1"
    reason = phrase if response.reason is None else response.reason
    status = f"{version} {response.status} {reason}\r\n".encode("latin-1")
    return status + b"".join(n + b": " + v + b"\r\n" for n, v in headers) + b"\r\n"


async def _send(wire: Wire, request: Request, response: Response) -> bool:
    entry = request.entry
    headers, chunked, keep = _framed(request, response)
    entry.status, entry.response_headers = response.status, headers
    entry.encoded_from = response.encoded_from
    await wire.push(head_bytes(response, headers))
    if response.has_body(request.method):
        await _send_body(wire, entry, response, chunked=chunked)
    if response.cut_after is not None:
        entry.cut_by_server = True
        wire.writer.transport.abort()
        return False
    entry.completed = True
    return keep


async def _send_body(wire: Wire, entry: Entry, response: Response, *, chunked: bool) -> None:
    log = wire.site.access_log
    async for piece in response.pieces():
        if not piece:
            continue
        await wire.push(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        log.sent(entry, piece)
    if chunked and response.cut_after is None:
        entry.trailers = as_bytes(response.trailers)
        trailers = b"".join(n + b": " + v + b"\r\n" for n, v in entry.trailers)
        await wire.push(b"0\r\n" + trailers + b"\r\n")
