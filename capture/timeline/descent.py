"""Down one page that is open, as long as it grows: look → scroll by a window → look → …

What is in sight is held against what the site's data said (`telling`), made sightings of, and told
to the judge. At the bottom, a button for more is pressed where there is one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from capture.browser.lens import Lens
from capture.browser.settle import settle
from capture.browser.watch import Watch
from capture.egress.proxy import EgressProxy
from capture.options import CaptureOptions
from capture.platforms.identity import Identity
from capture.timeline.end import End, Walked
from capture.timeline.hearing import Ear
from capture.timeline.looking import Card, Link, cards, look
from capture.timeline.notice import refused
from capture.timeline.onward import button_for_more, press, ways
from capture.timeline.permalinks import Permalinks
from capture.timeline.reading import sighting, sighting_in_data
from capture.timeline.sighting import Own, Sighting
from capture.timeline.telling import Book, twin_of

Judge = Callable[[Sequence[Sighting]], End | None]
"""Is told what is in sight, again and again; says whether that is enough, and why."""

_GROWTH_S = 6.0
_LOOK_EVERY_S = 0.1
_STALE_WINDOWS = 400
_STALE_GROWTHS = 12
"""How often a timeline may grow without anything new before it counts as a loop."""
_RESTS_AT_MOST = 6
_REST_S, _REST_AT_MOST_S = 2.0, 120.0
_TOO_MANY = {429, 503}


@dataclass
class Gathered:
    """What a walk has seen. `marks` are the posts that the judge was told of; `twins` the same by
    what stays when the account's name changes, and its URLs with it.

    `is_thread`: it is the page of one post that is read. There, everybody's posts count, and only
    what is shown: the data tell of other posts as well.
    """

    book: Book
    permalinks: Permalinks
    judge: Judge
    now_us: int
    is_thread: bool = False
    marks: set[str] = field(default_factory=set)
    twins: set[str] = field(default_factory=set)
    has_new: bool = False
    """Whether anything came since it was last set to false that is not just somebody else's."""
    count: int = 0
    """How many such there were so far."""
    enough: End | None = None

    def take(self, posts: Sequence[tuple[Identity, Card]]) -> None:
        """Posts that the page shows."""
        self._tell([sighting(post, card, self.book, self.now_us) for post, card in posts], posts)

    def take_from_data(self) -> None:
        """Posts that only the data told of."""
        if self.is_thread:
            return
        told = [
            (sighting_in_data(post, told, self.book), told.id)
            for post, told in self.book.not_shown()
            if (post.key or post.canonical_url) not in self.marks and self.permalinks.is_post(post)
        ]
        self._judge([each for each, identity in told if self._is_new(each, identity)])

    def missed(self) -> set[str]:
        """The posts that are by their data the account's own, and were not shown; none where no
        such post was shown at all: the data then have other IDs than the pages."""
        own = set() if self.is_thread else set(self.book.own())
        return set() if own.isdisjoint(self.twins) else own - self.twins

    def leave_out(self, post: Identity) -> None:
        """Tell the judge nothing of `post`."""
        self.marks.add(post.key or post.canonical_url)
        self.twins.add(self.book.account.nameless(post.canonical_url))

    def take_from_feed(self, sightings: Sequence[Sighting]) -> None:
        """Posts that a feed told of."""
        self._judge([each for each in sightings if self._is_new(each, "")])

    def _tell(self, sightings: Sequence[Sighting], posts: Sequence[tuple[Identity, Card]]) -> None:
        fresh = []
        for each, (post, card) in zip(sightings, posts, strict=True):
            told = self.book.of(post)
            marked = post.platform.read_attributes(card.attributes)
            identity = told.id if told else (marked.id if marked else "")
            if self._is_new(each, identity):
                fresh.append(each)
        self._judge(fresh)

    def _is_new(self, each: Sighting, identity: str) -> bool:
        twins = set()
        if each.author.key and identity:
            twins.add(twin_of(each.author.key, identity))
        if each.own is Own.YES:
            twins.add(self.book.account.nameless(each.url))
        is_known = each.mark in self.marks or not twins.isdisjoint(self.twins)
        self.marks.add(each.mark)
        self.twins |= twins
        return not is_known

    def _judge(self, fresh: Sequence[Sighting]) -> None:
        if fresh and self.enough is None:
            count = sum(map(self._counts, fresh))
            self.has_new, self.count = self.has_new or count > 0, self.count + count
            self.enough = self.judge(fresh)

    def _counts(self, each: Sighting) -> bool:
        return self.is_thread or each.own is not Own.NO or each.is_repost


@dataclass
class Descent:
    """Goes down pages, one after the other. `end_at` is by the monotonic clock, in seconds."""

    lens: Lens
    watch: Watch
    egress: EgressProxy
    ear: Ear
    gathered: Gathered
    options: CaptureOptions
    pause_s: float
    end_at: float
    pressed: bool = False
    _asked_for: set[str] = field(default_factory=set)

    async def settle(self) -> None:
        """Wait until nothing moves."""
        await settle(self.watch, self.egress, self.options.quiet_ms, _GROWTH_S)

    async def shows_posts(self) -> bool:
        """Whether the page, whatever it says, shows posts: told by their URLs, so only where the
        platform is known."""
        permalinks = self.gathered.permalinks
        if not self.gathered.book.account.home.platform.shapes:
            return False
        links, _ = await look(self.lens, whole=True)
        return bool(permalinks.of(links))

    async def down(self) -> Walked | None:
        """Down the open page; None where there is no more of it. Raises `LensProblem`."""
        windows = growths = rests = 0
        top, height, is_first = 0, (await self.lens.size()).height, True
        while True:
            is_new, ended = await self._look(whole=is_first)
            is_first = False
            if ended := ended or self._over():
                return ended
            windows, rests = (0, 0) if is_new else (windows + 1, rests)
            if rests < _RESTS_AT_MOST and await self._rest():
                rests += 1
            if top + self.options.viewport_height_px < height:
                if windows > _STALE_WINDOWS:
                    return _LOOPS
                top += self.options.viewport_height_px
                height = await self.lens.scroll_to(top)
                continue
            growths = 0 if is_new else growths + 1
            if growths > _STALE_GROWTHS:
                return _LOOPS
            grown = await self._grown(top, height) or await self._pressed(top, height)
            if not grown and rests < _RESTS_AT_MOST and self._is_tired():
                grown = height
            if grown:
                height = await self.lens.scroll_to(top)  # there was less than a window before
                continue
            if not self._missed():
                return await self._bottom()
            top, height = 0, await self.lens.scroll_to(0)

    async def _bottom(self) -> Walked | None:
        """Once more over all of it; and whether the site refused to give more."""
        _, ended = await self._look(whole=True)
        self.gathered.take_from_data()
        if ended or self.gathered.enough:
            return ended or self._over()
        refusal = self.ear.refusal(strict=self.pressed or not self.gathered.marks)
        return refused(refusal) if refusal else None

    def _missed(self) -> bool:
        """Whether the data told of posts of the account that never came into sight; asked once of
        the same ones. What moves while it loads can slip past the window."""
        missed = self.gathered.missed()
        is_more = not missed <= self._asked_for
        self._asked_for |= missed
        return is_more

    def _over(self) -> Walked | None:
        if self.gathered.enough is not None:
            return Walked(self.gathered.enough, "as was asked for")
        if time.monotonic() > self.end_at:
            return Walked(End.LIMIT, "the time was over")
        if self.watch.crashed.is_set():
            return Walked(End.FAILED, "the page's process ended")
        if self.egress.exhausted.is_set():
            return Walked(End.LIMIT, "as many bytes were loaded as may be")
        return None

    async def _look(self, *, whole: bool = False) -> tuple[bool, Walked | None]:
        """Take what has come into sight; whether any of it is new, and whether it is the end."""
        gathered, more = self.gathered, True
        gathered.has_new = False
        while more and gathered.enough is None:
            links, more = await look(self.lens, whole=whole)
            gathered.book.hear(await self.ear.heard())
            choice = gathered.permalinks.choice
            await self._take(links)
            whole = gathered.permalinks.choice != choice
            more |= whole
        return gathered.has_new, self._over()

    async def _take(self, links: Sequence[Link]) -> None:
        found = self.gathered.permalinks.of(links)
        groups = {at: identity.key or identity.canonical_url for at, identity in found.items()}
        wanted = set(groups.values()) - self.gathered.marks
        posts = {groups[at]: identity for at, identity in reversed(found.items())}
        shown = await cards(self.lens, groups, wanted)
        self.gathered.take([(posts[mark], card) for mark, card in shown.items()])

    async def _grown(self, top: int, height: int) -> int | None:
        """At the bottom: the new height, once there is one; None where nothing comes."""
        arrived = time.monotonic()
        while time.monotonic() - arrived < _GROWTH_S:
            now = await self.lens.scroll_to(top)
            if now > height or (await self._look())[0]:  # some lists only exchange their items
                return now
            quiet = min(self.watch.quiet_for_s(), time.monotonic() - arrived)
            if quiet * 1_000 >= self.options.quiet_ms:
                return None
            await asyncio.sleep(_LOOK_EVERY_S)
        return None

    async def _pressed(self, top: int, height: int) -> int | None:
        """Press the button that shows more, where there is one; the new height."""
        timeline, said = self.gathered.book.account.home.platform.timeline, await ways(self.lens)
        button = button_for_more(said, timeline.more)
        if button is None and self.gathered.is_thread:
            button = button_for_more(said, timeline.replies)
        if button is None:
            return None
        self.pressed = True
        await asyncio.sleep(self.pause_s)
        await press(self.lens, button)
        await self.settle()
        return await self._grown(top, height)

    def _is_tired(self) -> bool:
        """Whether the site asks for a rest that can be waited for."""
        refusal = self.ear.refusal(strict=True)
        wish = refusal.wish_s or 0 if refusal else 0
        return refusal is not None and refusal.status in _TOO_MANY and wish <= _REST_AT_MOST_S

    async def _rest(self) -> bool:
        """Whether the site asked for a rest, which it then has had; nothing moves meanwhile, since
        each movement could make the page ask again."""
        refusal = self.ear.refusal(strict=True)
        if refusal is None or not self._is_tired():
            return False
        wish = _REST_S if refusal.wish_s is None else refusal.wish_s
        await asyncio.sleep(max(wish, self.pause_s) + self.options.quiet_ms / 1_000)
        return True


_LOOPS = Walked(End.LOOP, "it went on without anything that was new")
