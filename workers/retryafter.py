"""How long a web site wants to be left alone (RFC 9110 §10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 3_600.0
"""Obeyed so far: what is to be preserved may be gone by then."""


def retry_after_s(value: str | None) -> float:
    """Seconds that a Retry-After field asks for, an hour at most; 0 where it says nothing."""
    if value is None:
        return 0
    if value.strip().isdecimal() and value.isascii():
        return min(float(value), LONGEST_S)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0), LONGEST_S)
