"""A URL taken apart for reading: one form for each part, whatever way it was written.

What differs in writing only is made alike (RFC 3986 §6.2.2): letter case of scheme and host, the
port that goes without saying, percent-encoding, ``.`` and ``..`` in the path. No network is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote, unquote_plus, urlsplit

from capture.errors import InvalidTarget
from capture.target import parse_target

_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_TO_WRITE_ANEW = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")


@dataclass(frozen=True)
class Address:
    """The parts of a URL.

    `host` is in lower case, without brackets and without a dot at its end; `port` is None where
    it is the scheme's own; `path` begins with ``/``; `query` holds the parts between ``&`` as
    written; `fragment` is what stands behind ``#``.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[str, ...]
    fragment: str

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path between its slashes, percent-decoded; a slash at the end counts for nothing."""
        return tuple(unquote(part) for part in self.path[1:].removesuffix("/").split("/"))

    def parameter(self, name: str) -> str | None:
        """The value of a query parameter; None where it is absent, or stands twice and differs."""
        values = {
            unquote_plus(part.partition("=")[2]) for part in self.query if name_of(part) == name
        }
        return values.pop() if len(values) == 1 else None


@lru_cache(maxsize=16_384)
def read_address(url: str) -> Address | None:
    """Take `url` apart; None where it is none that could be captured. Never raises."""
    try:
        target = parse_target(url)
    except InvalidTarget:
        return None
    parts = urlsplit(target.url)
    return Address(
        scheme=target.scheme,
        host=target.host.lower().rstrip("."),
        port=None if target.port == _PORTS[target.scheme] else target.port,
        path=_without_dots(written_alike(parts.path)),
        query=tuple(written_alike(part) for part in parts.query.split("&") if part),
        fragment=written_alike(parts.fragment),
    )


def name_of(part: str) -> str:
    """The name in ``name=value``."""
    return unquote_plus(part.partition("=")[0])


def written_alike(text: str) -> str:
    """Percent-encode what must be, decode what need not be; twice gives the same as once."""
    return _TO_WRITE_ANEW.sub(lambda found: _write(found[0]), text)


def _write(piece: str) -> str:
    if len(piece) == 3:
        character = chr(int(piece[1:], 16))
        return character if _UNRESERVED.fullmatch(character) else piece.upper()
    return "".join(f"%{byte:02X}" for byte in piece.encode())


def _without_dots(path: str) -> str:
    """Follow ``.`` and ``..`` (RFC 3986 §5.2.4); nothing lies above the root."""
    segments = path.removeprefix("/").split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, *_end(segments)])


def _end(segments: Iterable[str]) -> list[str]:
    *_, last = segments
    return [""] if last in {".", ".."} else []
