"""One visit to one page: open it, let it load, look at it, leave.

The time limit is shared out: loading may take most of it, and a part is always kept for taking
what can be seen, so that a page that never finishes loading is pictured all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from capture.assets.serving import Serving
from capture.browser.lens import Lens, LensProblem, Security
from capture.browser.memory import end_above
from capture.browser.processes import held_still
from capture.browser.renderings import Renderings
from capture.browser.settle import look_again, scroll_through, settle
from capture.browser.watch import Watch
from capture.egress.proxy import EgressProxy
from capture.errors import BrowserFailed
from capture.options import CaptureOptions
from capture.steps import Ledger
from capture.target import Target

_KEPT_FOR_PICTURES = 0.35  # of the time limit, within these bounds
_LEAST_FOR_PICTURES_S, _ENOUGH_FOR_PICTURES_S = 8.0, 30.0
_KEPT_FOR_LOADING = 0.3  # even of a very short limit
_NEW_PAGE_S = 20.0  # also of a machine that has much else to do
_ANSWER_S, _WAKE_ATTEMPTS = 1.5, 3
_ATTEMPTS_AMONG_DIALOGS = 10  # between two dialogs there is little time for an interruption to take
_KEPT_FOR_LEAVING, _ENOUGH_FOR_LEAVING_S = 0.15, 3.0
_NOT_WITH_SESSION = {
    "page.pdf": "left out: a session was given, and a PDF cannot be searched for its secrets"
}
_PAGE_FACTS = """({
  title: document.title,
  language: document.documentElement ? document.documentElement.lang : '',
  description: (document.querySelector('meta[name="description" i]') || {}).content || '',
  passwordFields: document.querySelectorAll('input[type=password]').length,
  url: location.href,
})"""


@dataclass
class PageFacts:
    """What the page says of itself; untrusted text."""

    url: str = ""
    title: str = ""
    language: str = ""
    description: str = ""
    password_fields: int = 0


@dataclass
class Visit:
    """What came of the visit.

    `navigation_error` is Chromium's ``net::ERR_…``, if any; `cuts` are the limits that were
    reached, in order; `is_restless` says that the page kept us from looking at it while it loaded.
    """

    watch: Watch
    renderings: Renderings
    navigation_error: str | None = None
    timed_out: bool = False
    is_download: bool = False
    crashed: bool = False
    is_restless: bool = False
    cuts: list[str] = field(default_factory=list)
    facts: PageFacts = field(default_factory=PageFacts)
    security: Security | None = None

    def cut(self, limit: str) -> None:
        """Note that `limit` was reached. A crash is no limit of ours: see `crashed`."""
        if limit not in {*self.cuts, "crash"}:
            self.cuts.append(limit)


class Visitor:
    """Makes one visit in a fresh context of the browser whose main process is `pid`."""

    def __init__(
        self,
        context: BrowserContext,
        pid: int | None,
        egress: EgressProxy,
        options: CaptureOptions,
        ledger: Ledger,
        serving: Serving,
    ) -> None:
        self._context, self._pid, self._egress = context, pid, egress
        self._options, self._ledger, self._serving = options, ledger, serving
        started, limit_s = time.monotonic(), options.time_limit_s
        kept = max(limit_s * _KEPT_FOR_PICTURES, _LEAST_FOR_PICTURES_S)
        kept = min(kept, _ENOUGH_FOR_PICTURES_S, limit_s * (1 - _KEPT_FOR_LOADING))
        leaving = min(limit_s * _KEPT_FOR_LEAVING, _ENOUGH_FOR_LEAVING_S)
        self._end = started + limit_s - leaving
        self._loading_end = self._end - kept

    async def visit(self, target: Target, directory: Path) -> Visit:
        """Show the page at `target`, and write what is taken of it to `directory`.

        Raises `BrowserFailed` where the browser opens no page at all.
        """
        page, lens = await self._new_page()
        watch = Watch(page, self._ledger, self._options.request_limit)
        watch.start(self._context)
        left_out = _NOT_WITH_SESSION if self._options.session else {}
        visit = Visit(watch, Renderings(directory, self._ledger, left_out))
        hog = asyncio.Event()
        guard = asyncio.ensure_future(self._guard_memory(hog))
        alarms = {
            "memory": hog,
            "crash": watch.crashed,
            "bytes": self._egress.exhausted,
            "requests": watch.too_many_requests,
        }
        loading = self._load(visit, page, lens, target)
        if alarm := await _race(loading, alarms, self._loading_left(), "time"):
            visit.cut(alarm)
            watch.cut = True
            self._egress.shut(alarm)
        if not watch.crashed.is_set():
            alarms = {"memory": hog, "crash": watch.crashed}
            if alarm := await _race(self._look(visit, lens), alarms, self._left(), "time"):
                visit.cut(alarm)
        visit.crashed, visit.security = watch.crashed.is_set(), lens.security
        shows_nothing = visit.facts.url in {"", "about:blank"}
        visit.is_download = visit.is_download or (bool(watch.downloads) and shows_nothing)
        end = "the page's process ended" if visit.crashed else "the time was up"
        visit.renderings.missing(f"{end} before it could be taken")
        guard.cancel()
        await watch.finish()
        return visit

    async def _new_page(self) -> tuple[Page, Lens]:
        """A browser that dies just now may leave its driver waiting for ever."""
        try:
            async with asyncio.timeout(_NEW_PAGE_S):
                page = await self._context.new_page()
                lens = await Lens.on(self._context, page)
                await self._serving.begin(self._context, page)
                return page, lens
        except TimeoutError as error:
            raise BrowserFailed(f"The browser opened no page in {_NEW_PAGE_S:.0f} s.") from error
        except Error as error:
            first = error.message.splitlines()[0]
            raise BrowserFailed(f"The browser opened no page: {first}") from error

    async def _guard_memory(self, hog: asyncio.Event) -> None:
        if self._pid is not None:
            await end_above(self._pid, self._options.memory_limit, hog)

    async def _load(self, visit: Visit, page: Page, lens: Lens, target: Target) -> None:
        """Open the page, wait, take the window, scroll through, wait again."""
        await self._open(visit, page, target)
        try:
            if not await self._settle(visit):
                visit.cut("time")
            await self._wake(lens, storm=visit.watch.is_storm_of_dialogs)
            await visit.renderings.take_window(lens, self._left)
            cut = await scroll_through(
                lens, visit.watch, self._options, self._ledger, self._loading_left
            )
            if cut:
                visit.cut(cut)
            await self._settle(visit)
            if await look_again(lens, self._options, self._ledger, self._loading_left):
                await self._settle(visit)
        except LensProblem as problem:
            self._ledger.note("loading not finished", reason=str(problem))
            visit.is_restless = True

    async def _settle(self, visit: Visit) -> bool:
        return await settle(visit.watch, self._egress, self._options.quiet_ms, self._loading_left())

    async def _open(self, visit: Visit, page: Page, target: Target) -> None:
        self._ledger.note("open", url=target.url)
        limit_ms = max(self._loading_left() * 1000, 1)
        try:
            # Not 'load': one resource that never ends must not hold up everything else.
            await page.goto(target.url, wait_until="commit", timeout=limit_ms)
        except Error as error:
            if "Timeout" in error.message:
                visit.timed_out = True
                visit.cut("time")
            elif "Download is starting" in error.message:
                visit.is_download = True
                await visit.watch.download_ended()
            else:
                visit.navigation_error = _net_error(error.message)

    async def _look(self, visit: Visit, lens: Lens) -> None:
        """Take what can be seen now, whatever state the page is in."""
        if visit.cuts or visit.is_restless:
            await self._calm(lens, storm=visit.watch.is_storm_of_dialogs)
        try:
            visit.facts = _page_facts(await lens.evaluate(_PAGE_FACTS))
        except LensProblem as problem:
            self._ledger.note("page facts not taken", reason=str(problem))
        if "viewport.png" not in visit.renderings.files:
            await visit.renderings.take_window(lens, self._left)
        await visit.renderings.take_page(lens, self._left, self._options.height_limit_px)

    async def _wake(self, lens: Lens, *, storm: bool) -> None:
        """End scripts that keep the page from being looked at, a few times if need be."""
        for attempt in range(_ATTEMPTS_AMONG_DIALOGS if storm else _WAKE_ATTEMPTS):
            is_sure = storm and not attempt
            if not is_sure and await lens.responds(_ANSWER_S):
                return
            self._ledger.note("interrupt")
            try:
                await lens.interrupt()
            except LensProblem as problem:
                self._ledger.note("interrupt: no effect", reason=str(problem))
                if not storm:
                    await self._silence(lens)

    async def _silence(self, lens: Lens) -> None:
        """Stop the page's scripts for good where it says so much that no command comes through.

        Its processes are held still until all that they said is worked off; the commands are the
        first thing that they find when they go on.
        """
        if self._pid is None:
            return
        self._ledger.note("hold still")
        try:
            async with asyncio.TaskGroup() as commands:
                with held_still(self._pid):
                    await lens.catch_up()
                    commands.create_task(lens.silence())
                    await lens.catch_up()
        except* LensProblem as problems:
            self._ledger.note("hold still: no effect", reason=str(problems.exceptions[0]))

    async def _calm(self, lens: Lens, *, storm: bool) -> None:
        """Stop what still loads or loops, so that the page holds still."""
        self._ledger.note("stop loading")
        try:
            await lens.stop_loading()
        except LensProblem as problem:
            self._ledger.note("stop loading: no effect", reason=str(problem))
        await self._wake(lens, storm=storm)

    def _left(self) -> float:
        return max(self._end - time.monotonic(), 0)

    def _loading_left(self) -> float:
        return max(self._loading_end - time.monotonic(), 0)


async def _race(
    work: Coroutine[Any, Any, None],
    alarms: Mapping[str, asyncio.Event],
    time_limit_s: float,
    time_name: str,
) -> str | None:
    """Do `work` until it ends (None), an alarm rings (its name) or the time is up (`time_name`)."""
    task = asyncio.ensure_future(work)
    waits = {asyncio.ensure_future(event.wait()): name for name, event in alarms.items()}
    await asyncio.wait({task, *waits}, timeout=time_limit_s, return_when=asyncio.FIRST_COMPLETED)
    rung = [name for wait, name in waits.items() if wait.done()]
    ended = task.done()
    for each in (task, *waits):
        each.cancel()
    await asyncio.gather(task, *waits, return_exceptions=True)
    if ended:
        task.result()
        return None
    return rung[0] if rung else time_name


def _net_error(message: str) -> str:
    """``net::ERR_…`` out of Playwright's message, or its first line."""
    first = message.splitlines()[0]
    at = first.find("net::ERR_")
    return first[at:].split(" ")[0] if at >= 0 else first.removeprefix("Page.goto: ")


def _page_facts(value: object) -> PageFacts:
    found = value if isinstance(value, dict) else {}
    return PageFacts(
        url=str(found.get("url", "")),
        title=str(found.get("title", ""))[:1_000],
        language=str(found.get("language", ""))[:100],
        description=str(found.get("description", ""))[:2_000],
        password_fields=int(found.get("passwordFields", 0)),
    )
