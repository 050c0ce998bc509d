"""What the browser says while it shows the page: requests, pop-ups, dialogs, downloads, crashes.

Everything that a page can do *to* whoever looks at it is answered here, in the least harmful way,
and counted.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import (
    BrowserContext,
    Dialog,
    Download,
    Error,
    Page,
    Request,
    Response,
)

from capture.steps import Ledger

_NOTED_AT_MOST = 20  # of each kind in the ledger; all are counted
_DIALOGS_TOLERATED = 10  # a script that opens so many never means to let anybody read the page


@dataclass(frozen=True)
class Hop:
    """One response to a navigation of the main frame."""

    url: str
    status: int
    from_service_worker: bool


@dataclass
class Watch:
    """Counts and notes what happens in one context, whose main page is `page`."""

    page: Page
    ledger: Ledger
    request_limit: int
    cut: bool = False
    requests: int = 0
    hops: list[Hop] = field(default_factory=list)
    dialogs: int = 0
    popups: int = 0
    downloads: list[Download] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    download_started: asyncio.Event = field(default_factory=asyncio.Event)
    crashed: asyncio.Event = field(default_factory=asyncio.Event)
    too_many_requests: asyncio.Event = field(default_factory=asyncio.Event)
    _pending: set[Request] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _last_change: float = field(default_factory=time.monotonic)

    def start(self, context: BrowserContext) -> None:
        """Listen to `context` and the main page."""
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_end)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)
        context.on("page", self._on_page)
        context.on("dialog", self._on_dialog)
        self.page.on("download", self._on_download)
        self.page.on("crash", lambda _: self.crashed.set())
        if context.browser is not None:
            context.browser.on("disconnected", _setter_of(self.crashed))

    def quiet_for_s(self) -> float:
        """Seconds since a request started or ended; 0 while any is under way."""
        return 0.0 if self._pending else time.monotonic() - self._last_change

    @property
    def is_storm_of_dialogs(self) -> bool:
        """Whether the page opens dialogs without end."""
        return self.dialogs > _DIALOGS_TOLERATED

    @property
    def pending(self) -> int:
        """Requests under way."""
        return len(self._pending)

    async def download_ended(self) -> None:
        """Wait for the first download to end, well or badly."""
        await self.download_started.wait()
        await self.downloads[0].failure()

    async def finish(self) -> None:
        """Wait for the small answers (closing a pop-up, dismissing a dialog) still under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()

    def _on_request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        self.requests += 1
        self._pending.add(request)
        self._last_change = time.monotonic()
        if self.requests > self.request_limit:
            self.too_many_requests.set()

    def _on_end(self, request: Request) -> None:
        self._pending.discard(request)
        self._last_change = time.monotonic()

    def _on_failed(self, request: Request) -> None:
        self._on_end(request)
        if len(self.failed) < 1_000:
            self.failed.setdefault(request.url, request.failure or "failed")

    def _on_response(self, response: Response) -> None:
        if self.cut:  # what comes now, comes of our own ending the connections
            return
        request = response.request
        if request.is_navigation_request() and _is_main_frame(request, self.page):
            self.hops.append(Hop(response.url, response.status, response.from_service_worker))

    def _on_page(self, other: Page) -> None:
        if other is self.page:
            return
        self.popups += 1
        if self.popups <= _NOTED_AT_MOST:
            self.ledger.note("close pop-up", url=other.url)
        self._do(other.close())

    def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs += 1
        if self.dialogs <= _NOTED_AT_MOST:
            message = dialog.message[:500]
            self.ledger.note("dismiss dialog", kind=dialog.type, message=message)
        self._do(dialog.dismiss())

    def _on_download(self, download: Download) -> None:
        self.downloads.append(download)
        self.download_started.set()
        self.ledger.note("let download run", url=download.url, name=download.suggested_filename)

    def _do(self, answer: Awaitable[None]) -> None:
        async def quietly() -> None:
            try:
                await answer
            except Error:
                return  # the dialog or pop-up went away by itself

        task = asyncio.ensure_future(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_main_frame(request: Request, page: Page) -> bool:
    try:
        return request.frame == page.main_frame
    except Error:  # the request of a service worker, or of a page that is not there yet
        return False


def _setter_of(event: asyncio.Event) -> Callable[[object], None]:
    """Sets `event`, but does not keep it: a warm browser outlives whoever listens to it, and would
    keep all that they hold."""
    kept = weakref.ref(event)

    def set_it(_: object) -> None:
        there = kept()
        if there is not None:
            there.set()

    return set_it
