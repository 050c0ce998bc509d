"""While a capture runs, its lease is renewed; and where it is lost, the capture is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection

from service.captures.states import LeaseLost, renew

Renew = Callable[[Any, str | None], None]

_STEPS_S = 0.5
"""Steps that follow each other more quickly are told at once: nobody reads that fast, and each is
a write to the database."""

log = structlog.get_logger()


class Pulse:
    """The beating thread. `lost` is set once the lease is somebody else's.

    It beats for `for_s` seconds at most: a worker that is stuck must lose its lease.
    """

    def __init__(self, lease: Any, for_s: float, renewing: Renew | None = None) -> None:
        self._lease = lease
        self._renew: Renew = renewing or renew
        self._end = time.monotonic() + for_s
        self._step: str | None = None
        self._wake = threading.Event()
        self._over = threading.Event()
        self._on_loss: Callable[[], None] = lambda: None
        self.lost = threading.Event()

    def tell(self, step: str) -> None:
        """The pipeline says what it does; people see it at the next beat, which comes soon."""
        self._step = step
        self._wake.set()

    def on_loss(self, act: Callable[[], None]) -> None:
        """Do `act` once the lease is lost, in the beating thread; at once if it is already."""
        self._on_loss = act
        if self.lost.is_set():
            act()

    def run(self) -> None:
        """Beat three times a lease until it is over; more often while the database is away."""
        try:
            while not self._over.is_set() and time.monotonic() < self._end:
                self._wake.clear()
                wait_s = settings.LEASE_S / (3 if self._beat() else 20)
                self._over.wait(min(_STEPS_S, wait_s))
                self._wake.wait(max(wait_s - _STEPS_S, 0))
        finally:
            connection.close()  # this thread's own

    def stop(self) -> None:
        """No further beat."""
        self._over.set()
        self._wake.set()

    def _beat(self) -> bool:
        try:
            self._renew(self._lease, self._step)
        except LeaseLost:
            self._over.set()
            self.lost.set()
            self._on_loss()
        except Error as error:  # the database may be back before the lease runs out
            log.warning("heartbeat missed", error=type(error).__name__)
            connection.close()
            return False
        return True


@contextmanager
def heartbeat(lease: Any, for_s: float, renewing: Renew | None = None) -> Iterator[Pulse]:
    """Renew `lease` in a thread of its own until the block ends, for `for_s` seconds at most.

    It is a capture's, unless `renewing` renews another sort.
    """
    pulse = Pulse(lease, for_s, renewing)
    thread = threading.Thread(target=pulse.run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        thread.join()
