"""The clocks: evidence says when, leases end by the clock, so the machines must agree."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from service.operations.doctor.finding import Finding, note, well, wrong

_TOLERABLE_S = 0.5
_TOO_MUCH_S = 5.0
_TIMEX_BYTES = 512  # more than the kernel's struct timex has on any machine
_STATUS_AT = 40  # `status`, after an unsigned int and four longs, on 64-bit machines
_UNSYNCHRONISED = 0x40  # STA_UNSYNC, adjtimex(2)


def look() -> Iterator[Finding]:
    """Findings on the clock of this machine."""
    yield _kept_right()
    if connection.vendor == "postgresql":
        yield from _compared("the database", _database_time, (DatabaseError,))
    if settings.BROKER_URL.startswith(("redis://", "rediss://")):
        yield from _compared("the broker", _broker_time, (redis.RedisError, OSError))


def _kept_right() -> Finding:
    if is_synchronised():
        return well("clock", "kept right (NTP)")
    return note(
        "clock",
        "the system does not know its clock to be right",
        "Install chrony or switch on systemd-timesyncd: evidence names the time of this clock.",
    )


def is_synchronised() -> bool:
    """Whether something keeps the kernel's clock right; asks without changing it (adjtimex(2))."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: only read
    if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
        return False
    status = int.from_bytes(timex.raw[_STATUS_AT : _STATUS_AT + 4], "little")
    return not status & _UNSYNCHRONISED


def _compared(
    whose: str, ask: Callable[[], float], errors: tuple[type[Exception], ...]
) -> Iterator[Finding]:
    before = time.time()
    try:
        theirs = ask()
    except errors:
        return  # that it does not answer is told elsewhere
    after = time.time()
    ahead = max(before - theirs, theirs - after, 0.0)
    said = f"{ahead:.1f} s apart from {whose}"
    do = "Let every machine keep its clock by NTP."
    if ahead > _TOO_MUCH_S:
        yield wrong("clock", said, do)
    elif ahead > _TOLERABLE_S:
        yield note("clock", said, do)
    else:
        yield well("clock", f"agrees with {whose}")


def _database_time() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])


def _broker_time() -> float:
    with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=5) as client:
        seconds, microseconds = client.time()
        return float(seconds) + float(microseconds) / 1_000_000
