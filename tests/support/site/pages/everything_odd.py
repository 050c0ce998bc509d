"""The answers of `/everything` that are no mere files: odd statuses, framings, headers, streams."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from ..encodings import encode
from ..files import file_answer
from ..messages import HeaderList, Request, Response, html, json_answer, redirect, typed
from ..routes import Routes
from ..websocket import WebSocket

routes = Routes()
PLAIN = "text/plain; charset=utf-8"


def body_text(name: str) -> bytes:
    """Some kilobytes that end in a line which shows that nothing was lost."""
    chance = random.Random(name)
    lines = (f"{n}: {chance.getrandbits(128):032x} {name}\n" for n in range(200))
    return ("".join(lines) + "the end\n").encode()


async def _in_pieces(body: bytes, size: int = 1_000) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _cors(request: Request) -> HeaderList:
    return [("Access-Control-Allow-Origin", request.header("Origin") or "*")]


@routes.at("/everything/echo")
async def echo(request: Request) -> Response:
    """Says what it was sent."""
    answer = json_answer({"method": request.method, "length": len(request.body)})
    answer.headers.append(("Cache-Control", "no-store"))
    return answer


@routes.at("/everything/cors")
async def cors(request: Request) -> Response:
    """Lets other origins in, after a preflight where one is due."""
    if request.method == "OPTIONS":
        headers = [*_cors(request), ("Access-Control-Allow-Methods", "GET, PUT, PATCH")]
        headers += [("Access-Control-Allow-Headers", "X-Custom, Content-Type")]
        return Response(b"", 204, content_type=None, headers=headers)
    answer = json_answer({"method": request.method, "length": len(request.body)})
    answer.headers += _cors(request)
    return answer


@routes.at("/everything/no-cors")
async def no_cors(request: Request) -> Response:
    """Refuses every preflight."""
    return typed("not for you\n", PLAIN)


@routes.under("/everything/redirect/")
async def redirected(request: Request) -> Response:
    """Redirects with the status in the path, with a body."""
    status = int(request.path.rpartition("/")[2])
    return redirect(
        request.query.get("to", "/"), status, [("Cache-Control", "no-store"), *_cors(request)]
    )


@routes.under("/everything/status/")
async def status(request: Request) -> Response:
    """Answers with the status in the path."""
    number = int(request.path.rpartition("/")[2])
    if number == 204:
        return Response(b"", 204, content_type=None)
    return html(f"<!doctype html><title>{number}</title><p>This is a {number}.", number)


@routes.at("/everything/validated")
async def validated(request: Request) -> Response:
    """200 with an ETag, then 304."""
    return file_answer(request, body_text("validated"), PLAIN, cache="no-cache")


@routes.at("/everything/cached")
async def cached(request: Request) -> Response:
    """Asked for twice, sent once."""
    return file_answer(request, body_text("cached"), PLAIN, cache="max-age=600")


@routes.at("/everything/headers")
async def headers(request: Request) -> Response:
    """Repeated, oddly cased and oddly ordered headers, all valid."""
    exact: HeaderList = [
        ("x-lower-first", "1"),
        ("Set-Cookie", "one=1; Path=/"),
        ("LINK", "</everything/text/a>; rel=next"),
        ("Content-Type", PLAIN),
        ("sEt-CoOkIe", 'two="2, and 3"; Path=/; HttpOnly'),
        ("Link", "</everything/text/b>; rel=prev"),
        ("X-Repeated", "first"),
        ("X-Empty", ""),
        ("X-Repeated", "second"),
        ("X-Latin-1", b"caf\xe9"),
        ("X-UTF-8", "naïve".encode()),
        ("X-Symbols", '!#$%&\'*+-.^_`|~ "quoted; text", (comment)'),
        ("X-Long", "long " * 1_200 + "end"),
        ("Server-Timing", "db;dur=53, app;dur=47.2"),
        ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ]
    return Response(b"headers\n", headers=exact, bare=True)


def _framed(kind: str, text: bytes) -> Response | None:
    """A body framed as `kind` says."""
    answer = typed(text, PLAIN)
    match kind:
        case "chunked":
            answer.body, answer.framing = _in_pieces(text), "chunked"
        case "close":
            answer.framing = "close"
        case "http10":
            answer.framing, answer.http10, answer.reason = "close", True, "Fine By Me"
        case "trailers":
            answer.framing = "chunked"
            answer.headers.append(("Trailer", "X-Checked"))
            answer.trailers = [("X-Checked", "yes")]
        case "cut":
            answer.cut_after = 3_000
        case _:
            return None
    return answer


@routes.under("/everything/body/")
async def body(request: Request) -> Response:
    """A body in the encoding or framing that the path names."""
    kind = request.path.rpartition("/")[2]
    text = body_text(kind)
    match kind:
        case "gzip" | "deflate" | "br" | "zstd":
            return encode(request, typed(text, PLAIN), kind)
        case "chunked-gzip":
            answer = encode(request, typed(text, PLAIN), "gzip")
            answer.framing = "chunked"
            return answer
        case "empty":
            return typed(b"", PLAIN)
        case "big":
            return typed(random.Random(5).randbytes(1_000_000), "application/octet-stream")
        case "latin1":
            return typed("déjà vu\n".encode("latin-1"), "text/plain; charset=iso-8859-1")
    return _framed(kind, text) or request.site.not_found(request)


@routes.at("/everything/drip")
async def drip(request: Request) -> Response:
    """A line every 50 ms, `count` times."""

    async def lines() -> AsyncIterator[bytes]:
        for number in range(int(request.query.get("count", "5"))):
            yield f"line {number} {'.' * 1_000}\n".encode()
            await asyncio.sleep(0.05)

    return Response(lines(), content_type=PLAIN)


@routes.at("/everything/events")
async def events(request: Request) -> Response:
    """Three events and an end."""

    async def stream() -> AsyncIterator[bytes]:
        yield b": a comment\nretry: 60000\n\n"
        for number in range(3):
            yield f"id: {number}\ndata: event {number}\n\n".encode()
            await asyncio.sleep(0.02)
        yield b"event: end\ndata: end\n\n"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(request.gone.wait(), 1)

    return Response(
        stream(), content_type="text/event-stream", headers=[("Cache-Control", "no-store")]
    )


@routes.websocket("/everything/echo-socket")
async def echo_socket(socket: WebSocket) -> None:
    """Greets, echoes, and closes when told 'bye'."""
    await socket.send("welcome")
    while (message := await socket.receive()) is not None:
        if message == "bye":
            await socket.close(1000, "bye")
            return
        await socket.send(message)
