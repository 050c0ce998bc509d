"""Times as the format writes them (4.3)."""

from __future__ import annotations

import datetime as dt

from capture.platforms.identity import identify
from seal.statement import format_time


def now() -> str:
    """The present."""
    return format_time(dt.datetime.now(dt.UTC))


def microseconds(time: str) -> int:
    """A time as the format writes it, as microseconds since 1970."""
    moment = dt.datetime.fromisoformat(time)
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def decoded_time(url: str) -> str | None:
    """The time that the ID in `url` holds; None where it holds none."""
    found = identify(url, microseconds(now()))
    return next((each.time for each in found.times if each.time), None) if found else None
