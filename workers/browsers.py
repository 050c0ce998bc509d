"""One warm browser a worker process, and the event loop that it lives in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from celery import signals
from django.db import Error

from capture.browser.chromium import Chromium
from capture.errors import BrowserFailed
from service.captures.states import LeaseLost
from service.operations import vitals
from workers.errors import CaptureTookTooLong, Interrupted
from workers.heartbeat import Pulse
from workers.settings import stop_grace_s
from workers.stopping import on_stop, stopping

_CAPTURES_OF_A_BROWSER = 100
"""Then it is replaced: what a browser keeps, and what leaks in it, grows with every page."""

_Result = TypeVar("_Result")
Work = Callable[[Chromium], Awaitable[_Result]]

log = structlog.get_logger()


class _Warm:
    """The process's loop and browser, started at the first capture."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._chromium: Chromium | None = None
        self._captures = 0
        self._starts = self._noted = 0

    def run(self, work: Work[_Result], pulse: Pulse, limit_s: float) -> _Result:
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            return self._runner.run(self._with_browser(work, pulse, limit_s))
        finally:
            self._note_starts()

    async def _with_browser(self, work: Work[_Result], pulse: Pulse, limit_s: float) -> _Result:
        task = asyncio.ensure_future(self._work(work, limit_s))
        loop = asyncio.get_running_loop()
        pulse.on_loss(lambda: _cancel_soon(loop, task, 0))
        on_stop(lambda: _cancel_soon(loop, task, stop_grace_s()))
        try:
            return await task
        except asyncio.CancelledError:
            if pulse.lost.is_set():
                raise LeaseLost("the lease was lost while the page was being captured") from None
            if stopping.is_set():
                raise Interrupted("the worker was told to end") from None
            raise
        finally:
            on_stop(None)

    async def _work(self, work: Work[_Result], limit_s: float) -> _Result:
        try:
            async with asyncio.timeout(limit_s):
                return await work(await self._browser())
        except TimeoutError as error:
            await self._replace()
            raise CaptureTookTooLong(
                f"The capture took longer than {limit_s:.0f} seconds and was ended."
            ) from error
        except BrowserFailed:
            await self._replace()
            raise

    async def _browser(self) -> Chromium:
        if self._captures >= _CAPTURES_OF_A_BROWSER:
            await self._replace()
        if self._chromium is None:
            self._chromium = await Chromium().__aenter__()
        self._captures += 1
        return self._chromium

    async def _replace(self) -> None:
        chromium, self._chromium, self._captures = self._chromium, None, 0
        if chromium is not None:
            log.info("browser replaced")
            self._starts += chromium.starts
            await chromium.__aexit__(None, None, None)

    def _note_starts(self) -> None:
        """Count how often the browser was started, and started again, since the last time."""
        starts = self._starts + (self._chromium.starts if self._chromium else 0)
        if starts == self._noted:
            return
        try:
            vitals.count(vitals.BROWSER_STARTS, starts - self._noted)
            vitals.count(vitals.BROWSER_RESTARTS, starts - max(self._noted, 1))
            self._noted = starts
        except Error as error:
            log.warning("browser's start not counted", error=type(error).__name__)

    def close(self) -> None:
        if self._runner is not None:
            self._runner.run(self._replace())
            self._runner.close()
            self._runner = None


_warm = _Warm()


def run(work: Work[_Result], pulse: Pulse, limit_s: float) -> _Result:
    """Run `work` with this process's browser, for `limit_s` seconds at most.

    Raises `LeaseLost` where the lease is lost meanwhile, `Interrupted` where the worker was told to
    end, `CaptureTookTooLong`, and whatever `work` raises.
    """
    return _warm.run(work, pulse, limit_s)


def _cancel_soon(
    loop: asyncio.AbstractEventLoop, task: asyncio.Future[_Result], in_s: float
) -> None:
    """From another thread."""
    loop.call_soon_threadsafe(lambda: loop.call_later(in_s, task.cancel))


@signals.worker_process_shutdown.connect
def _close(**_: object) -> None:
    """The browser ends with its process."""
    _warm.close()
