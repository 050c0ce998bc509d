"""What every page refers to: a style sheet, a script of 300 KB, a font, a logo; and pictures.

All of it may be kept for an hour (`Cache-Control: public, max-age=3600`) and has an ETag.
"""

from __future__ import annotations

import functools
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..site import font, images
from ..site.files import file_answer
from ..site.messages import Answer, Request
from ..site.routes import Routes

if TYPE_CHECKING:
    from .platform import Platform

CLIENT = Path(__file__).parent / "client"
SHARED = ("/assets/style.css", "/assets/bundle.js", "/assets/icons.woff", "/assets/logo.png")
BUNDLE = 300_000  # bytes
PICTURES = 16  # different ones; each has many addresses


@functools.cache
def bundle(name: str) -> bytes:
    """The platform's own script, and what else today's bundles are made of."""
    parts = [(CLIENT / file).read_text("utf-8") for file in ("common.js", f"{name}.js")]
    own = "\n".join(parts).encode()
    filler = random.Random(name).randbytes((BUNDLE - len(own)) // 2).hex().encode()
    return own + b'\nwindow.vendor = "' + filler + b'";\n'


def routes(platform: Platform) -> Routes:
    """The shared assets, avatars and pictures."""
    table = Routes()
    style = (CLIENT / "style.css").read_bytes()

    @table.at("/assets/style.css")
    async def stylesheet(request: Request) -> Answer:
        return file_answer(request, style, "text/css; charset=utf-8")

    @table.at("/assets/bundle.js")
    async def script(request: Request) -> Answer:
        return file_answer(request, bundle(platform.name), "text/javascript; charset=utf-8")

    @table.at("/assets/icons.woff")
    async def icons(request: Request) -> Answer:
        return file_answer(request, font.woff(), "font/woff")

    @table.at("/assets/logo.png", "/favicon.ico")
    async def logo(request: Request) -> Answer:
        return file_answer(request, images.icon(64), "image/png")

    @table.under("/avatars/")
    async def avatar(request: Request) -> Answer:
        return file_answer(request, images.avatar(_number(request.path), 64), "image/png")

    @table.under("/media/")
    async def picture(request: Request) -> Answer:
        seed = _number(request.path) % PICTURES
        return file_answer(request, images.photo(seed, 320, 210), "image/jpeg")

    return table


def _number(path: str) -> int:
    return int(re.sub(r"\D", "", path)[-6:] or 0)
