"""What a handler gets (`Request`) and what it gives back (`Response`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, unquote

from .log import Entry, Headers, first

if TYPE_CHECKING:
    from . import Site
    from .server import Listener

PIECE = 65_536
HeaderList = list[tuple[str | bytes, str | bytes]]


@dataclass
class Request:
    """One request, read whole. `gone` is set when the client has left."""

    site: Site
    listener: Listener
    method: str
    target: str
    http_version: str
    headers: Headers
    body: bytes
    gone: asyncio.Event
    entry: Entry

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The query as a dictionary (the last of a repeated name wins)."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """An urlencoded body."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        """All cookies sent, however the client split them."""
        lines = [v.decode("latin-1") for n, v in self.headers if n.lower() == b"cookie"]
        return {name: morsel.value for name, morsel in SimpleCookie("; ".join(lines)).items()}

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return first(self.headers, name)

    def origin(self, role: str = "main") -> str:
        """The origin of a server of the site, in the flavour that this request came by."""
        return self.site.origin(role, self.listener.family)


Body = bytes | AsyncIterator[bytes]


@dataclass
class Response:
    """An answer; `body` may be an asynchronous iterator, which is then streamed.

    framing: 'length', 'chunked', or 'close' (HTTP/1 only; HTTP/2 frames everything its own way).
    bare: send exactly `headers`, nothing added but what frames the body.
    cut_after: drop the connection (or reset the stream) after so many bytes of the body.
    encoded_from: the body before content-encoding, for the log.
    """

    body: Body = b""
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    headers: HeaderList = field(default_factory=list)
    framing: Literal["length", "chunked", "close"] = "length"
    http10: bool = False
    reason: str | None = None
    bare: bool = False
    early_hints: HeaderList = field(default_factory=list)
    trailers: HeaderList = field(default_factory=list)
    cut_after: int | None = None
    length: int | None = None
    encoded_from: bytes | None = None

    @property
    def known_length(self) -> int | None:
        """The length to announce, if it is known before the body is sent."""
        if self.length is not None:
            return self.length
        return len(self.body) if isinstance(self.body, bytes) else None

    def wire_headers(self) -> Headers:
        """The headers as bytes, with the usual ones before them unless `bare`."""
        usual: HeaderList = []
        if not self.bare:
            usual = [("Date", formatdate(usegmt=True)), ("Server", "murmur/1.0")]
            if self.content_type is not None:
                usual.append(("Content-Type", self.content_type))
        return as_bytes(usual + self.headers)

    def has_body(self, method: str) -> bool:
        """Whether a body may follow the headers."""
        return method != "HEAD" and self.status not in {204, 304}

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body in pieces, up to `cut_after`."""
        left = self.cut_after
        async for piece in _pieces(self.body):
            if left is None:
                yield piece
                continue
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return


async def _pieces(body: Body) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        for start in range(0, len(body), PIECE):
            yield body[start : start + PIECE]
    else:
        async for piece in body:
            yield piece


@dataclass
class Raw:
    """Bytes written as they are, in place of an answer (HTTP/1 only; HTTP/2 answers nothing)."""

    pieces: AsyncIterator[bytes]


Answer = Response | Raw


def as_bytes(headers: HeaderList) -> Headers:
    """Names and values as the bytes to send (text is Latin-1)."""
    return [(_octets(name), _octets(value)) for name, value in headers]


def _octets(value: str | bytes) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else value


def html(text: str, status: int = 200, headers: HeaderList | None = None) -> Response:
    """An HTML page."""
    return Response(text.encode(), status, headers=list(headers or []))


def typed(text: str | bytes, content_type: str, headers: HeaderList | None = None) -> Response:
    """A body of any other type."""
    body = text.encode() if isinstance(text, str) else text
    return Response(body, content_type=content_type, headers=list(headers or []))


def script(text: str) -> Response:
    """JavaScript."""
    return typed(text, "text/javascript; charset=utf-8")


def json_answer(value: Any, status: int = 200) -> Response:
    """JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status, content_type="application/json")


def redirect(to: str, status: int = 302, headers: HeaderList | None = None) -> Response:
    """A redirect with the body that servers send along."""
    body = (
        f"<!doctype html><title>Moved</title><p>The page has <a href='{to}'>moved</a> ({status})."
    )
    return html(body, status, [("Location", to), *(headers or [])])
