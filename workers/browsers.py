"""One warm browser a worker process, and the event loop that it lives in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from celery import signals
from django.db import DatabaseError

from capture.browser.chromium import Chromium
from service.captures.states import LeaseLost
from service.operations import vitals
from workers.heartbeat import Pulse

_Result = TypeVar("_Result")

log = structlog.get_logger()


class _Warm:
    """The process's loop and browser, started at the first capture."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._stack = contextlib.AsyncExitStack()
        self._chromium: Chromium | None = None
        self._noted = 0

    def run(self, work: Callable[[Chromium], Awaitable[_Result]], pulse: Pulse) -> _Result:
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            return self._runner.run(self._with_browser(work, pulse))
        finally:
            self._note_starts()

    async def _with_browser(
        self, work: Callable[[Chromium], Awaitable[_Result]], pulse: Pulse
    ) -> _Result:
        if self._chromium is None:
            self._chromium = await self._stack.enter_async_context(Chromium())
        task = asyncio.ensure_future(work(self._chromium))
        loop = asyncio.get_running_loop()
        pulse.on_loss = lambda: _cancel(loop, task)
        try:
            return await task
        except asyncio.CancelledError:
            if pulse.lost.is_set():
                raise LeaseLost("the lease was lost while the page was being captured") from None
            raise

    def _note_starts(self) -> None:
        """Count how often the browser was started, and started again, since the last time."""
        starts = self._chromium.starts if self._chromium else 0
        if starts == self._noted:
            return
        try:
            vitals.count(vitals.BROWSER_STARTS, starts - self._noted)
            vitals.count(vitals.BROWSER_RESTARTS, starts - max(self._noted, 1))
            self._noted = starts
        except DatabaseError as error:
            log.warning("browser's start not counted", error=type(error).__name__)

    def close(self) -> None:
        if self._runner is not None:
            self._runner.run(self._stack.aclose())
            self._runner.close()


_warm = _Warm()


def run(work: Callable[[Chromium], Awaitable[_Result]], pulse: Pulse) -> _Result:
    """Run `work` with this process's browser. Raises `LeaseLost` where the lease is lost meanwhile,
    and whatever `work` raises."""
    return _warm.run(work, pulse)


def _cancel(loop: asyncio.AbstractEventLoop, task: asyncio.Future[_Result]) -> None:
    loop.call_soon_threadsafe(task.cancel)


@signals.worker_process_shutdown.connect
def _close(**_: object) -> None:
    """The browser ends with its process."""
    _warm.close()
