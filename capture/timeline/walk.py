"""Through a timeline from its beginning to its end, in the browser.

    open the page → look → scroll by a window → look → … → at the bottom: press 'more', or go to
    the next page → look → … until nothing new comes

Everything goes out through the egress policy. Nothing of it is evidence: that is what each post's
own capture is for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Page

from capture.assets.serving import Serving
from capture.browser.chromium import Chromium
from capture.browser.lens import Lens, LensProblem
from capture.browser.settle import settle
from capture.browser.watch import Watch
from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy
from capture.egress.resolve import Lookup, Resolver, system_lookup
from capture.egress.spool import Spool
from capture.options import CaptureOptions
from capture.steps import Ledger
from capture.target import Target
from capture.timeline.account import Account
from capture.timeline.end import End, Walked
from capture.timeline.looking import cards, look
from capture.timeline.notice import notice
from capture.timeline.onward import button_for_more, next_page, press, ways
from capture.timeline.permalinks import Permalinks
from capture.timeline.reading import sighting
from capture.timeline.sighting import Sighting

Judge = Callable[[Sequence[Sighting]], End | None]
"""Is told what is in sight, again and again; says whether that is enough, and why."""

_OPEN_S = 60.0
_GROWTH_S = 6.0
_LOOK_EVERY_S = 0.1
_STALE_WINDOWS = 400
_STALE_GROWTHS = 12
"""How often a timeline may grow without anything new before it counts as a loop."""
_PAGES_AT_MOST = 5_000


@dataclass(frozen=True)
class Limits:
    """`time_s` is for the whole walk; `pause_s` is waited before each further page."""

    time_s: float = 3_600
    pause_s: float = 2


async def walk(
    chromium: Chromium,
    target: Target,
    account: Account,
    judge: Judge,
    options: CaptureOptions,
    work: Path,
    limits: Limits = Limits(),
    lookup: Lookup = system_lookup,
    serving: Serving | None = None,
) -> Walked:
    """Read the timeline at `target`, with a scratch folder `work` that it makes.

    `account` learns its further names; `judge` gets every sighting; `serving` has what the job has
    fetched already. Raises `BrowserFailed` where no
    browser can be started; what the site does is in the result. Not guaranteed: that the site
    shows all posts of the account.
    """
    resolver = Resolver(lookup)
    policy = AddressPolicy.allowing(options.allow_networks)
    with Spool(work, time.time_ns()) as spool:
        async with EgressProxy(policy, resolver, spool, options.byte_limit) as egress:
            context = await chromium.context(egress.url, options)
            try:
                walker = await Walker.on(context, egress, account, judge, options, limits)
                if serving is not None:
                    await serving.begin(context, walker.page)
                return await walker.walk(target)
            except Error as error:
                return Walked(End.FAILED, error.message.splitlines()[0])
            finally:
                await context.close()


@dataclass
class Walker:
    """One walk. Made by `on`."""

    page: Page
    lens: Lens
    watch: Watch
    egress: EgressProxy
    account: Account
    judge: Judge
    options: CaptureOptions
    limits: Limits
    permalinks: Permalinks = field(init=False)
    now_us: int = field(default_factory=lambda: time.time_ns() // 1_000)
    _seen: set[str] = field(default_factory=set)
    _visited: set[str] = field(default_factory=set)
    _end_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.permalinks = Permalinks(self.account.home, self.now_us)
        self._end_at = time.monotonic() + self.limits.time_s

    @classmethod
    async def on(
        cls,
        context: BrowserContext,
        egress: EgressProxy,
        account: Account,
        judge: Judge,
        options: CaptureOptions,
        limits: Limits,
    ) -> Walker:
        """A walker in a fresh page of `context`."""
        page = await context.new_page()
        watch = Watch(page, Ledger(), 1 << 62)
        watch.start(context)
        lens = await Lens.on(context, page)
        return cls(page, lens, watch, egress, account, judge, options, limits)

    async def walk(self, target: Target) -> Walked:
        """Go through, page by page."""
        url: str | None = target.url
        while url is not None:
            if len(self._visited) >= _PAGES_AT_MOST:
                return Walked(End.LIMIT, f"{_PAGES_AT_MOST} pages were read")
            if ended := await self._open(url):
                return ended
            before = len(self._seen)
            try:
                ended = await self._through()
                url = None if ended else await self._next()
            except LensProblem as problem:
                return Walked(End.FAILED, f"the page could not be looked at: {problem}")
            if ended:
                return ended
            if url is not None and len(self._seen) == before:
                return Walked(End.LOOP, "a further page showed nothing that was new")
        return Walked(End.END_OF_TIMELINE, "nothing more came")

    async def _open(self, url: str) -> Walked | None:
        if self._visited:
            await asyncio.sleep(self.limits.pause_s)
        self._visited.add(url)
        try:
            answer = await self.page.goto(url, wait_until="commit", timeout=_OPEN_S * 1_000)
        except Error as error:
            return Walked(End.FAILED, error.message.splitlines()[0].removeprefix("Page.goto: "))
        await self._settle()
        self._visited.add(self.page.url)
        if len(self._visited) <= 2:
            self.account.moved(self.page.url, self.now_us)
        status = answer.status if answer else None
        return await notice(self.lens, self.account.home.platform, status)

    async def _settle(self) -> None:
        await settle(self.watch, self.egress, self.options.quiet_ms, _GROWTH_S)

    async def _through(self) -> Walked | None:
        """Down the page that is open, as long as it grows; None where there is no more of it."""
        stale_windows = stale_growths = 0
        top, height = 0, (await self.lens.size()).height
        while True:
            if time.monotonic() > self._end_at:
                return Walked(End.LIMIT, f"{self.limits.time_s:g} seconds were over")
            if self.watch.crashed.is_set():
                return Walked(End.FAILED, "the page's process ended")
            if self.egress.exhausted.is_set():
                return Walked(End.LIMIT, "as many bytes were loaded as may be")
            is_new, end = await self._look()
            if end is not None:
                return Walked(end, "as was asked for")
            stale_windows = 0 if is_new else stale_windows + 1
            if top + self.options.viewport_height_px < height:
                if stale_windows > _STALE_WINDOWS:
                    return Walked(End.LOOP, "it went on without anything that was new")
                top += self.options.viewport_height_px
                height = await self.lens.scroll_to(top)
                continue
            stale_growths = 0 if is_new else stale_growths + 1
            if stale_growths > _STALE_GROWTHS:
                return Walked(End.LOOP, "it went on without anything that was new")
            grown = await self._grown(top, height) or await self._pressed(top, height)
            if not grown:
                return None
            height = grown

    async def _look(self) -> tuple[bool, End | None]:
        """Take what is in sight; whether any of it is new, and whether it is enough."""
        found = self.permalinks.of(await look(self.lens))
        groups = {at: identity.key or identity.canonical_url for at, identity in found.items()}
        fresh = {at: mark for at, mark in groups.items() if mark not in self._seen}
        shown = await cards(self.lens, groups) if fresh else {}
        posts = {groups[at]: identity for at, identity in reversed(found.items())}
        sightings = [
            sighting(posts[mark], card, self.account, self.now_us)
            for mark, card in shown.items()
            if mark not in self._seen
        ]
        self._seen.update(each.mark for each in sightings)
        return bool(sightings), self.judge(sightings) if sightings else None

    async def _grown(self, top: int, height: int) -> int | None:
        """At the bottom: the new height, once there is one; None where nothing comes."""
        arrived = time.monotonic()
        while time.monotonic() - arrived < _GROWTH_S:
            now = await self.lens.scroll_to(top)
            if now > height or await self._has_new():
                return now
            quiet = min(self.watch.quiet_for_s(), time.monotonic() - arrived)
            if quiet * 1_000 >= self.options.quiet_ms:
                return None
            await asyncio.sleep(_LOOK_EVERY_S)
        return None

    async def _has_new(self) -> bool:
        """A list that only exchanges its items never grows."""
        found = self.permalinks.of(await look(self.lens))
        return any((each.key or each.canonical_url) not in self._seen for each in found.values())

    async def _pressed(self, top: int, height: int) -> int | None:
        """Press the button that shows more, where there is one; the new height."""
        button = button_for_more(await ways(self.lens), self.account.home.platform.timeline.more)
        if button is None:
            return None
        await asyncio.sleep(self.limits.pause_s)
        await press(self.lens, button)
        await self._settle()
        return await self._grown(top, height)

    async def _next(self) -> str | None:
        """The next page's URL, unless it was read before."""
        timeline = self.account.home.platform.timeline
        url = next_page(await ways(self.lens), self.page.url, timeline.older)
        return url if url not in self._visited else None
