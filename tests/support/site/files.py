"""Answering with a file: validators, byte ranges, content encoding; and the assets on disk."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from .encodings import encode
from .messages import HeaderList, Request, Response

ASSETS = Path(__file__).parent / "assets"
MODIFIED = "Mon, 06 Jan 2025 09:00:00 GMT"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt; charset=utf-8",
}


@functools.cache
def asset(name: str) -> str:
    """The text of a file in `assets/`."""
    return (ASSETS / name).read_text()


@functools.cache
def names(folder: str) -> tuple[str, ...]:
    """The pages of a folder of assets, without their ending."""
    return tuple(sorted(file.stem for file in (ASSETS / folder).glob("*.html")))


def filled(name: str, values: Mapping[str, object]) -> str:
    """An asset with each `{{name}}` replaced; a name without a value is an error."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: str(values[match[1]]), asset(name))


def asset_type(name: str) -> str:
    """The content type of an asset, by its ending."""
    return TYPES[Path(name).suffix]


def file_answer(
    request: Request,
    body: bytes,
    content_type: str,
    *,
    encoding: str | None = None,
    cache: str = "public, max-age=3600",
    headers: HeaderList | None = None,
) -> Response:
    """A file as a good server serves it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    common: HeaderList = [("ETag", tag), ("Last-Modified", MODIFIED), ("Cache-Control", cache)]
    common += [("Accept-Ranges", "bytes"), *(headers or [])]
    if request.header("If-None-Match") == tag:
        return Response(b"", 304, content_type=None, headers=common)
    part = _range(request.header("Range"), len(body))
    if part:
        first, last = part
        common.append(("Content-Range", f"bytes {first}-{last}/{len(body)}"))
        return Response(body[first : last + 1], 206, content_type, headers=common)
    response = Response(body, 200, content_type, headers=common)
    return encode(request, response, encoding) if encoding else response


def _range(header: str | None, length: int) -> tuple[int, int] | None:
    """First and last byte of a single satisfiable range."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if not match or match[0] == "bytes=-":
        return None
    if not match[1]:
        return max(0, length - int(match[2])), length - 1
    first, last = int(match[1]), int(match[2] or length - 1)
    return (first, min(last, length - 1)) if first < length else None
