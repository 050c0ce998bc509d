"""A database that is away for a moment (it restarts, it fails over) is asked again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection

_FIRST_S, _LONGEST_S = 0.1, 3.0

_Result = TypeVar("_Result")

log = structlog.get_logger()


def insist(act: Callable[[], _Result], for_s: float) -> _Result:
    """Do `act`, again and again for `for_s` seconds while the database is away.

    `act` must be harmless to repeat: whether a commit whose answer was lost was done is not known.
    Two who add to one custody chain at once are also told so here (`IntegrityError`). Raises what
    `act` raises, and at the end `django.db.Error`.
    """
    deadline, wait = time.monotonic() + for_s, _FIRST_S
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError, IntegrityError) as error:
            if time.monotonic() + wait > deadline:
                raise
            _forget_connection(error)
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_S)


def _forget_connection(error: Error) -> None:
    """A broken one stays broken. Within a transaction (only tests have one here) it stays."""
    log.warning("the database is asked again", error=type(error).__name__)
    if not connection.in_atomic_block:
        connection.close()
