"""A worker that is told to end lets its captures know.

Celery's main process ends once its tasks have; the processes that do them hear nothing of it. So
they hold the end of a pipe of which the main process closes the other at the first SIGTERM or
Ctrl-C. A capture then has a few seconds to come to its end, and is else put back in the queue.

Some who stop a service send SIGTERM to every process of it (systemd does): the first means the same
as the pipe, the second ends the process.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable

from celery import signals

stopping = threading.Event()
"""Set in a process that does tasks, once its worker was told to end."""


class _Pipe:
    """Made in the main process before the first fork, and inherited."""

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = None
        self.act: Callable[[], None] | None = None

    def open(self, **_: object) -> None:
        self._ends = os.pipe()

    def tell(self, **_: object) -> None:
        if self._ends is not None:
            os.close(self._ends[1])
            self._ends = None

    def listen(self, **_: object) -> None:
        if self._ends is None:  # it is ending already
            stopping.set()
            return
        os.close(self._ends[1])
        own = os.pipe()
        signal.signal(signal.SIGTERM, lambda *_: self._told_directly(own[1]))
        ends = [self._ends[0], own[0]]
        threading.Thread(target=self._wait, args=(ends,), name="stopping", daemon=True).start()

    def _told_directly(self, end: int) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.write(end, b".")

    def _wait(self, ends: list[int]) -> None:
        select.select(ends, [], [])
        stopping.set()
        if self.act is not None:
            self.act()


_pipe = _Pipe()
signals.worker_init.connect(_pipe.open)
signals.worker_shutting_down.connect(_pipe.tell)
signals.worker_process_init.connect(_pipe.listen)


def on_stop(act: Callable[[], None] | None) -> None:
    """Do `act`, in another thread, when the worker is told to end; at once if it was already."""
    _pipe.act = act
    if act is not None and stopping.is_set():
        act()
