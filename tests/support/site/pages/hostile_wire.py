"""Hostile answers: what a server can do wrong before any script runs."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator

from ..messages import Answer, Raw, Request, Response, html, redirect, typed
from ..routes import Routes
from .hostile import hostile_page

routes = Routes()
GIGABYTE = 1_000_000_000
BLOCK = b"".join(b"%015d\n" % n for n in range(16_384))  # 256 KiB of numbered lines


@routes.at("/hostile/download")
async def download(request: Request) -> Response:
    """A file that wants to be saved, whatever page it is opened in."""
    headers = [("Content-Disposition", 'attachment; filename="trap.bin"')]
    return typed(BLOCK, "application/octet-stream", headers)


@routes.at("/hostile/auth")
async def auth(request: Request) -> Response:
    """Asks for a password, whatever is offered."""
    body = "<!doctype html><title>401</title><p>This sentence was on the page: auth."
    return html(body, 401, [("WWW-Authenticate", 'Basic realm="Murmur staff"')])


@routes.at("/hostile/auth-page")
async def auth_page(request: Request) -> Response:
    """A page whose picture and frame ask for a password."""
    inner = "<img src='/hostile/auth?img' alt=''><iframe src='/hostile/auth?frame'></iframe>"
    return hostile_page("auth-page", "Parts of this page ask for a password.", body=inner)


@routes.at("/hostile/redirect-loop")
async def redirect_loop(request: Request) -> Response:
    """Leads to itself, each time a little further."""
    return redirect(f"/hostile/redirect-loop?n={int(request.query.get('n', '0')) + 1}")


@routes.at("/hostile/redirect-two")
async def redirect_two(request: Request) -> Response:
    """Leads to a twin which leads back."""
    other = request.origin("cdn" if request.listener.role == "main" else "main")
    return redirect(f"{other}/hostile/redirect-two", 307)


@routes.at("/hostile/endless-body")
async def endless_body(request: Request) -> Response:
    """A page whose HTML never ends: a line every 100 ms."""

    async def lines() -> AsyncIterator[bytes]:
        page = hostile_page("endless-body", "This page goes on for ever.").body
        yield bytes(page).replace(b"</body>\n</html>\n", b"") if isinstance(page, bytes) else b""
        number = 0
        while True:
            number += 1
            yield f"<p>line {number}\n".encode()
            await asyncio.sleep(0.1)

    return Response(lines())


@routes.at("/hostile/endless-page")
async def endless_page(request: Request) -> Response:
    """A whole page with a picture and a fetch that never end."""
    parts = (
        "<img src='/hostile/endless-body?img' alt=''><script>fetch('/hostile/never?fetch')</script>"
    )
    return hostile_page("endless-page", "Something is always loading.", body=parts)


@routes.at("/hostile/never")
async def never(request: Request) -> Answer:
    """Takes the request and never answers."""

    async def nothing() -> AsyncIterator[bytes]:
        await request.gone.wait()
        yield b""

    return Raw(nothing())


@routes.at("/hostile/endless-headers")
async def endless_headers(request: Request) -> Answer:
    """A header every 100 ms, and never a body."""

    async def lines() -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        while True:
            yield b"X-Drip: drop\r\n"
            await asyncio.sleep(0.1)

    return Raw(lines())


@routes.at("/hostile/huge-headers")
async def huge_headers(request: Request) -> Response:
    """Headers of 400 KB, which is more than browsers take."""
    headers = [(f"X-Filler-{n}", "x" * 4_000) for n in range(100)]
    return html("<!doctype html><title>huge headers</title><p>huge-headers", 200, list(headers))


@routes.at("/hostile/broken-chunks")
async def broken_chunks(request: Request) -> Answer:
    """A chunked body whose chunk length is nonsense."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        yield b"2a\r\n<p>This sentence was on the page: chunks.\n\r\nZZ\r\nnonsense"

    return Raw(parts())


async def _gigabyte(first: bytes = b"") -> AsyncIterator[bytes]:
    yield first
    for _ in range(GIGABYTE // len(BLOCK)):
        yield BLOCK


@routes.at("/hostile/huge.bin")
async def huge_file(request: Request) -> Response:
    """A gigabyte of lines, as a file."""
    return Response(_gigabyte(), content_type="application/octet-stream")


@routes.at("/hostile/huge.txt")
async def huge_text(request: Request) -> Response:
    """A gigabyte of text, shown as a page."""
    return Response(_gigabyte(), content_type="text/plain; charset=utf-8")


@routes.at("/hostile/huge.html")
async def huge_page(request: Request) -> Response:
    """A page of a gigabyte."""
    page = hostile_page("huge.html", "This page has a gigabyte.").body
    return Response(_gigabyte(page if isinstance(page, bytes) else b""))


@routes.at("/hostile/zip-bomb")
async def zip_bomb(request: Request) -> Response:
    """A page of one megabyte that unpacks to a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    page = hostile_page("zip-bomb", "This page unpacks to a gigabyte.").body
    start = packer.compress(page if isinstance(page, bytes) else b"")
    start += packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    body = b"\x1f\x8b\x08" + b"\0" * 7 + start + block * 1_000 + packer.flush() + b"\0" * 8
    return typed(body, "text/html; charset=utf-8", [("Content-Encoding", "gzip")])


@routes.at("/hostile/image-bomb")
async def image_bomb(request: Request) -> Response:
    """A page with a small picture of 30,000 x 30,000 pixels."""
    inner = "<img src='/hostile/image-bomb.png' alt='' width=300 height=300>"
    return hostile_page("image-bomb", "Its picture has 900 million pixels.", body=inner)


@routes.at("/hostile/image-bomb.png")
async def image_bomb_file(request: Request) -> Response:
    """One bit a pixel, all white."""
    side = 30_000
    packer = zlib.compressobj(9)
    data = packer.compress((b"\0" + b"\xff" * (side // 8)) * side) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return typed(
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b""), "image/png"
    )
