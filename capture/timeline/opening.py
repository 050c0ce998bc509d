"""Opening one page of a timeline, and what it is instead of one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from playwright.async_api import Error, Page, Response

from capture.platforms.address import read_address
from capture.platforms.identity import identify
from capture.timeline.account import Account
from capture.timeline.descent import Descent
from capture.timeline.end import End, Walked
from capture.timeline.hearing import seconds
from capture.timeline.looking import embedded
from capture.timeline.notice import notice

_OPEN_S = 60.0
_TRIES = 4
_REST_S, _REST_AT_MOST_S = 5.0, 120.0
_TOO_MANY = {429, 503}


@dataclass
class Opening:
    """Opens pages in one window. `visited` are the URLs asked for and those that came."""

    page: Page
    descent: Descent
    account: Account
    pause_s: float
    visited: set[str] = field(default_factory=set)
    wall: Walked | None = None
    """The login wall that stands before the rest of the open page, which shows some posts."""

    async def open(self, url: str, *, is_first: bool) -> Walked | None:
        """Open it; what it is instead of a page of the account's timeline, None where it is one.

        `is_first`: it is where a timeline begins. Raises `LensProblem`.
        """
        return await self._arrive(url) or await self._whose(url, is_first=is_first)

    async def open_post(self, url: str) -> Walked | None:
        """The same for the page of one post, of whomever that tells."""
        if instead := await self._arrive(url):
            return instead
        if not self._is_of_a_post():
            return Walked(End.FAILED, f"it led to {self.page.url}, which is no post")
        self.descent.gathered.book.hear(await embedded(self.descent.lens))
        return None

    def _is_of_a_post(self) -> bool:
        """Whether what came is no list of posts instead, such as the account's own page."""
        came = identify(self.page.url.partition("#")[0], self.descent.gathered.now_us)
        if came is None or came.canonical_url in self.account.pages:
            return False
        return came.kind.is_permalink if self.account.home.platform.shapes else True

    async def _arrive(self, url: str) -> Walked | None:
        """Open it; the notice that came instead, None where none did."""
        for _ in range(_TRIES):
            try:
                answer = await self._goto(url)
            except Error as error:
                return Walked(End.FAILED, error.message.splitlines()[0].removeprefix("Page.goto: "))
            if answer is None or not await self._rest(answer):
                break
        await self.descent.settle()
        status = answer.status if answer else None
        instead = await notice(self.descent.lens, self.account.home.platform, status)
        self.wall = None
        if instead is not None:
            if status != 200 or not await self.descent.shows_posts():
                return instead
            self.wall = instead if instead.end is End.LOGIN_WALL else None
        return None

    async def text(self, url: str) -> str | None:
        """The body of something that is no page; None where it does not come."""
        try:
            answer = await self._goto(url)
            if answer is None or not answer.ok:
                return None
            return (await answer.body()).decode("utf-8", "replace")
        except Error:
            return None

    async def _goto(self, url: str) -> Response | None:
        if self.visited:
            await asyncio.sleep(self.pause_s)
        self.visited.add(url)
        self.descent.ear.forget()
        answer = await self.page.goto(url, wait_until="commit", timeout=_OPEN_S * 1_000)
        self.visited.add(self.page.url)
        return answer

    async def _rest(self, answer: Response) -> bool:
        """Whether the site asked for a rest, which it then has had."""
        wish = seconds(answer.headers.get("retry-after"))
        if answer.status not in _TOO_MANY or (wish is None and answer.status != 429):
            return False
        rest = _REST_S if wish is None else wish
        if rest > _REST_AT_MOST_S or time.monotonic() + rest > self.descent.end_at:
            return False
        await asyncio.sleep(rest)
        return True

    async def _whose(self, url: str, *, is_first: bool) -> Walked | None:
        """Learn whose page it is; a page of somebody else is no page of this timeline."""
        asked, came = read_address(url), read_address(self.page.url)
        if asked is not None and came is not None and (is_first or asked.path != came.path):
            self.account.moved(self.page.url, self.descent.gathered.now_us)
        values = await embedded(self.descent.lens)
        if self.descent.gathered.book.hear(values, of_page=True):
            return Walked(End.GONE, "the account's name leads to another account now")
        return None
