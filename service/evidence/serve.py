"""Which bytes of an object answer a request for a part, or for a range of it (RFC 9110 §14).

Pure: takes headers as text, gives a status, positions and headers. A part never changes, so its
SHA-256 is its strong entity tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.evidence.errors import RangeNotSatisfiable
from service.evidence.zipped import Part

_ONE_RANGE = re.compile(r"bytes=[ \t,]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t,]*", re.IGNORECASE)
_LONG = 18  # digits; longer numbers stand for 'beyond the end of anything'


@dataclass(frozen=True)
class Span:
    """The bytes from `start` up to, and without, `end`; never none at all."""

    start: int
    end: int


@dataclass(frozen=True)
class Answer:
    """A response's status and headers, and which bytes of the object are its content."""

    status: int
    start: int
    end: int
    headers: dict[str, str]


def parse_range(header: str | None, length: int) -> Span | None:
    """The one range that a ``Range`` header asks of `length` bytes.

    None, for the whole, where there is no header, or one that is malformed, of another unit, or of
    several ranges: a server may ignore any (§14.2). Raises `RangeNotSatisfiable` for a
    range without a byte in `length` (§14.1.2); but the last bytes of nothing are nothing, whole.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if not found:
        return None
    if found[3] is not None:
        return _last(_number(found[3]), length)
    first, last = _number(found[1]), _number(found[2]) if found[2] else None
    if last is not None and last < first:
        return None  # not a range at all (§14.1.1)
    if first >= length:
        raise RangeNotSatisfiable(f"The file has {length} bytes; ask for fewer.")
    return Span(first, length if last is None else min(last + 1, length))


def answer(part: Part, asked: str | None, if_range: str | None = None) -> Answer:
    """What to answer to GET for `part`, with ``Range`` and ``If-Range`` headers if there are any.

    The status is 200, 206 or 416; `start` and `end` are positions in the object, equal where there
    is no content. ``If-Range`` with anything but the part's own tag makes it the whole (§13.1.5).
    """
    tag = f'"{part.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    try:
        span = parse_range(asked if if_range in {None, tag} else None, part.length)
    except RangeNotSatisfiable:
        refused = headers | {"Content-Range": f"bytes */{part.length}", "Content-Length": "0"}
        return Answer(416, part.offset, part.offset, refused)
    if span is None:
        headers["Content-Length"] = str(part.length)
        return Answer(200, part.offset, part.offset + part.length, headers)
    headers["Content-Length"] = str(span.end - span.start)
    headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{part.length}"
    return Answer(206, part.offset + span.start, part.offset + span.end, headers)


def _last(octets: int, length: int) -> Span | None:
    if octets == 0:
        raise RangeNotSatisfiable("No bytes at all were asked for.")
    return Span(max(0, length - octets), length) if length else None


def _number(digits: str) -> int:
    """A number of any length, without the time that reading a long one takes."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _LONG else 10**_LONG
