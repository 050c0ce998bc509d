"""Reading hostile JSON: bounded steps through it, and small values out of it. Never raises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

NODES_AT_MOST = 200_000
TEXT_AT_MOST = 500
_ID_AT_MOST = 300
_MILLISECONDS_FROM = 100_000_000_000  # seconds would be the year 5138
_TWITTER = "%a %b %d %H:%M:%S %z %Y"
_YEAR_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.{0,30}")

Object = dict[str, object]


def objects(data: object, nodes_at_most: int = NODES_AT_MOST) -> Iterator[Object]:
    """Every object in `data`, outer ones first, in their order; no recursion, so no depth kills."""
    rest = [data]
    for _ in range(nodes_at_most):
        if not rest:
            return
        value = rest.pop()
        if isinstance(value, dict):
            yield value
            rest.extend(reversed(value.values()))
        elif isinstance(value, list):
            rest.extend(reversed(value))


def at(value: object, *path: str | int) -> object:
    """What lies at `path`: names of members, places in lists; None where there is no such thing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def members(value: object, *path: str | int) -> list[object]:
    """The list at `path`; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def name(value: object) -> str | None:
    """An ID or a handle: a short text without white space at its ends, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        return str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _ID_AT_MOST:
        return None
    return _whole(value).strip() or None


def part(value: object, form: str) -> str | None:
    """The first group of the regular expression `form`, where all of a name is of that form."""
    found = re.fullmatch(form, name(value) or "")
    return found[1] if found else None


def words(value: object) -> str:
    """A text, white space folded, cut short."""
    if not isinstance(value, str):
        return ""
    return " ".join(_whole(value[: TEXT_AT_MOST * 4]).split())[:TEXT_AT_MOST]


def moment(value: object) -> str | None:
    """A time as RFC 3339, from seconds or milliseconds since 1970, RFC 3339, or X's way."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 15:
        value = int(value)
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            seconds = value / 1_000 if value >= _MILLISECONDS_FROM else value
            return _written(dt.datetime.fromtimestamp(seconds, dt.UTC))
        if isinstance(value, str) and _YEAR_FIRST.fullmatch(value):
            return _written(dt.datetime.fromisoformat(value))
        if isinstance(value, str) and len(value) == len("Tue Mar 21 20:50:14 +0000 2006"):
            return _written(dt.datetime.strptime(value, _TWITTER))  # noqa: DTZ007 (it has %z)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def is_true(value: object) -> bool:
    """Whether it is JSON's `true`, and not just something."""
    return value is True


def _written(time: dt.datetime) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time.tzinfo else None


def _whole(text: str) -> str:
    """JSON can hold half characters, which no file could."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
