"""While a capture runs, its lease is renewed; and where it is lost, the capture is ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from service.captures.states import Lease, LeaseLost, renew

log = structlog.get_logger()


class Pulse:
    """The beating thread. `lost` is set once the lease is somebody else's."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._step: str | None = None
        self._wake = threading.Event()
        self._over = False
        self.lost = threading.Event()
        self.on_loss: Callable[[], None] = lambda: None

    def tell(self, step: str) -> None:
        """The pipeline says what it does; people see it at the next beat, which comes at once."""
        self._step = step
        self._wake.set()

    def run(self) -> None:
        """Beat three times a lease until it is over."""
        try:
            while not self._over:
                self._beat()
                self._wake.wait(settings.LEASE_S / 3)
                self._wake.clear()
        finally:
            connection.close()  # this thread's own

    def stop(self) -> None:
        """No further beat."""
        self._over = True
        self._wake.set()

    def _beat(self) -> None:
        try:
            renew(self._lease, self._step)
        except LeaseLost:
            self._over = True
            self.lost.set()
            self.on_loss()
        except DatabaseError as error:  # it may be back before the lease runs out
            log.warning("heartbeat missed", error=type(error).__name__)
            connection.close()


@contextmanager
def heartbeat(lease: Lease) -> Iterator[Pulse]:
    """Renew `lease` in a thread of its own until the block ends."""
    pulse = Pulse(lease)
    thread = threading.Thread(target=pulse.run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        thread.join()
