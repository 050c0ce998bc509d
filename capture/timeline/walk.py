"""Through a timeline from its beginning to its end, in the browser.

open the page → down it (`descent`) → the next page → … until nothing new comes
    → numbered pages once more, backwards → the account's other tabs → feeds
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Page

from capture.browser.lens import Lens
from capture.browser.watch import Watch
from capture.egress.proxy import EgressProxy
from capture.options import CaptureOptions
from capture.steps import Ledger
from capture.target import Target
from capture.timeline.account import Account
from capture.timeline.descent import Descent, Gathered, Judge
from capture.timeline.end import End, Walked
from capture.timeline.feeds import posts_in
from capture.timeline.hearing import Ear
from capture.timeline.onward import is_numbered, next_page, ways
from capture.timeline.opening import Opening
from capture.timeline.permalinks import Permalinks
from capture.timeline.tabs import start_of, tabs_of
from capture.timeline.telling import Book

_STALE_PAGES = 3
"""So many pages in a row without anything new are a loop."""
_PAGES_AT_MOST = 5_000
_PASSES_AT_MOST = 12
_FEEDS_AT_MOST = 5
_QUIET_PASSES = 3
"""Numbered pages whose order changes are read until so many passes in a row show nothing new."""
_ENDED = Walked(End.END_OF_TIMELINE, "nothing more came")
_CUT = Walked(End.GONE, "a further page was not there any more")


@dataclass(frozen=True)
class Limits:
    """`time_s` is for the whole walk; `pause_s` is waited before each further page."""

    time_s: float = 14_400
    pause_s: float = 2


@dataclass
class Walker:
    """One walk. Made by `on`."""

    opening: Opening
    descent: Descent
    account: Account
    feeds: list[str] = field(default_factory=list)

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
        page: Page = await context.new_page()
        watch, ear, now_us = Watch(page, Ledger(), 1 << 62), Ear(page), time.time_ns() // 1_000
        watch.start(context)
        ear.start(context)
        lens = await Lens.on(context, page)
        permalinks = Permalinks(account.home, now_us)
        gathered = Gathered(Book(account, now_us), permalinks, judge, now_us)
        end_at = time.monotonic() + limits.time_s
        descent = Descent(lens, watch, egress, ear, gathered, options, limits.pause_s, end_at)
        return cls(Opening(page, descent, account, limits.pause_s), descent, account)

    async def walk(self, target: Target) -> Walked:
        """The timeline, and then whatever else shows posts of the account."""
        walked = await self._timeline(start_of(self.account) or target.url)
        if walked.end in {End.END_OF_TIMELINE, End.FAILED} and self.descent.pressed:
            walked = await self._confirmed(target, walked)
        if walked.end not in {End.END_OF_TIMELINE, End.LOOP}:
            return walked
        for url in tabs_of(self.account, self.opening.visited):
            tab = await self._timeline(url)
            if tab.end in {End.MAX_POSTS, End.SINCE, End.LIMIT}:
                return tab
            if tab.end is not End.END_OF_TIMELINE:
                said = f"{walked.explanation}; {url}: {tab.end.value} ({tab.explanation})"
                walked = Walked(walked.end, said)
        return await self._fed() or walked

    async def _timeline(self, first: str) -> Walked:
        """Page by page; then numbered ones again, since what stands on them moves."""
        pages: list[str] = []
        walked = await self._forward(first, pages)
        is_over = walked.end in {End.END_OF_TIMELINE, End.LOOP}
        if pages and (walked is _CUT or (is_over and any(map(is_numbered, pages)))):
            return await self._again(pages) or (_ENDED if walked is _CUT else walked)
        return walked

    async def _forward(self, first: str, pages: list[str]) -> Walked:
        url: str | None = first
        stale = 0
        while url is not None:
            if len(self.opening.visited) >= _PAGES_AT_MOST:
                return Walked(End.LIMIT, f"{_PAGES_AT_MOST} pages were read")
            before = self.descent.gathered.count
            if ended := await self.opening.open(url, is_first=not pages):
                is_cut = ended.end is End.GONE and bool(pages) and is_numbered(url)
                return _CUT if is_cut else ended
            pages.append(url)
            if ended := await self.descent.down() or self.opening.wall:
                return ended
            url = await self._next()
            stale = stale + 1 if self.descent.gathered.count == before else 0
            if url is not None and stale >= _STALE_PAGES:
                del pages[-stale:]
                return Walked(End.LOOP, "further pages showed nothing that was new")
        return _ENDED

    async def _again(self, pages: list[str]) -> Walked | None:
        """The pages backwards, until nothing new comes: what was deleted while they were read has
        moved the rest up, past the page that was read next. None where they are still there."""
        quiet, was_moved = 0, False
        for _ in range(_PASSES_AT_MOST):
            before = self.descent.gathered.count
            for url in reversed(pages):
                present = self.account.at_present(url)
                ended = await self.opening.open(present, is_first=False)
                if ended is None:
                    ended = await self.descent.down()
                is_first = url == pages[0]
                if ended is not None and (ended.end is not End.GONE or is_first):
                    return ended  # a later page can be gone when something was deleted
            is_moved = self.descent.gathered.count > before
            quiet, was_moved = 0 if is_moved else quiet + 1, was_moved or is_moved
            if quiet >= (_QUIET_PASSES if was_moved else 1):
                return None
        return None

    async def _next(self) -> str | None:
        """The next page's URL, unless it was read before."""
        timeline = self.account.home.platform.timeline
        found = await ways(self.descent.lens, timeline.older_relation)
        self.feeds += [each for each in found.feeds if each not in self.feeds]
        url = next_page(found, self.opening.page.url, timeline.older)
        return url if url not in self.opening.visited else None

    async def _confirmed(self, target: Target, walked: Walked) -> Walked:
        """What buttons brought was asked for by the account's name: is it still its own?"""
        if self.account.key is None:
            return walked
        ended = await self.opening.open(self.account.at_present(target.url), is_first=False)
        if ended is not None and ended.end is End.GONE:
            return Walked(End.GONE, f"{ended.explanation}, after its timeline had been read")
        return walked

    async def _fed(self) -> Walked | None:
        """The feeds that the pages named, where the platform is none that is known."""
        if self.account.home.platform.shapes:
            return None
        for named in self.feeds[:_FEEDS_AT_MOST]:
            url = self.account.at_present(named)
            text = await self.opening.text(url)
            gathered = self.descent.gathered
            found = posts_in(text or "", url, self.account, gathered.permalinks, gathered.now_us)
            gathered.take_from_feed(found)
            if gathered.enough is not None:
                return Walked(gathered.enough, "as was asked for")
        return None
