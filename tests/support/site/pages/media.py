"""Pictures, sound, video, fonts and assets. The path says which: `/media/photo/SEED-WxH.jpg`."""

from __future__ import annotations

import asyncio
import re

from .. import clip, font, images, sound
from ..files import ASSETS, asset, asset_type, file_answer
from ..messages import HeaderList, Request, Response
from ..routes import Routes

routes = Routes()
ANY_ORIGIN: HeaderList = [("Access-Control-Allow-Origin", "*")]


@routes.under("/media/photo/")
async def photo(request: Request) -> Response:
    """A JPEG, e.g. /media/photo/17-640x420.jpg."""
    match = re.fullmatch(r"/media/photo/(\d+)-(\d+)x(\d+)\.jpg", request.path)
    if not match:
        return request.site.not_found(request)
    seed, width, height = map(int, match.groups())
    if max(width, height) > 4_000:
        return request.site.not_found(request)
    body = await asyncio.to_thread(images.photo, seed, width, height)
    return file_answer(request, body, "image/jpeg", headers=ANY_ORIGIN)


def _number(path: str) -> int:
    return int(re.sub(r"\D", "", path.rpartition("/")[2].partition(".")[0]) or 0)


@routes.under("/media/avatar/")
async def avatar(request: Request) -> Response:
    """A small PNG."""
    return file_answer(
        request, images.avatar(_number(request.path)), "image/png", headers=ANY_ORIGIN
    )


@routes.under("/media/webp/")
async def webp(request: Request) -> Response:
    """A WebP."""
    return file_answer(
        request, images.webp(_number(request.path)), "image/webp", headers=ANY_ORIGIN
    )


@routes.under("/media/gif/")
async def gif(request: Request) -> Response:
    """An animated GIF."""
    return file_answer(request, images.gif(_number(request.path)), "image/gif", headers=ANY_ORIGIN)


@routes.under("/media/tone/")
async def tone(request: Request) -> Response:
    """A WAV, e.g. /media/tone/5.wav, or /media/tone/5-300.wav for 300 seconds."""
    match = re.fullmatch(r"/media/tone/(\d+)(?:-(\d{1,4}))?\.wav", request.path)
    if not match:
        return request.site.not_found(request)
    body = await asyncio.to_thread(sound.tone, int(match[1]), int(match[2] or 20))
    return file_answer(request, body, "audio/wav", headers=ANY_ORIGIN)


@routes.under("/media/clip/")
async def film(request: Request) -> Response:
    """A WebM."""
    body = await asyncio.to_thread(clip.webm, _number(request.path))
    return file_answer(request, body, "video/webm", headers=ANY_ORIGIN)


@routes.at("/favicon.png", "/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon of the site."""
    return file_answer(request, images.icon(), "image/png")


@routes.at("/fonts/murmur.woff")
async def woff(request: Request) -> Response:
    """The icon font, WOFF."""
    return file_answer(request, font.woff(), "font/woff", headers=ANY_ORIGIN)


@routes.at("/fonts/murmur.ttf")
async def truetype(request: Request) -> Response:
    """The icon font, TrueType."""
    return file_answer(request, font.truetype(), "font/ttf", headers=ANY_ORIGIN)


@routes.under("/assets/")
async def stored(request: Request) -> Response:
    """A style sheet or script that is kept beside this package."""
    name = request.path.removeprefix("/assets/")
    if name not in {file.name for file in ASSETS.iterdir()}:
        return request.site.not_found(request)
    body = asset(name).encode()
    return file_answer(request, body, asset_type(name), encoding="gzip", headers=ANY_ORIGIN)
