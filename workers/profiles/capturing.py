"""Each post as evidence: one after the other, in no hurry, every step noted before the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.errors import BrowserNotFound, CaptureError
from capture.platforms.platform import Platform
from capture.target import parse_target
from seal.errors import BagStorageError, SealError
from workers.errors import FolderUnusable, PipelineError
from workers.pipeline import Settings, preserve
from workers.profiles.changes import difference
from workers.profiles.discovering import posted_on
from workers.profiles.evidence import capture_of, shows_a_page
from workers.profiles.job import Job
from workers.profiles.judging import Verdict, judge
from workers.profiles.options import ProfileOptions
from workers.profiles.pacing import Pace
from workers.profiles.state import Post

ATTEMPTS = 3
WALLS_AT_MOST = 3
"""So many login walls one after the other are no coincidence: the job pauses."""
Say = Callable[[str], None]


@dataclass
class Capturer:
    """Captures the posts of one job. `say` is told of each post for people.

    What their pages share is fetched once: it is kept in `store` as long as this lives.
    """

    chromium: Chromium
    job: Job
    settings: Settings
    pace: Pace
    platform: Platform
    say: Say
    store: AssetStore = field(default_factory=AssetStore)
    _behind_walls: list[tuple[Post, Verdict]] = field(default_factory=list)
    _session_ended: bool = False

    async def page(self) -> None:
        """The account's own page."""
        verdict, bag = await self._preserve(self.job.target.url, "", "the account's page")
        if bag is None:
            self.job.note("profile failed", reason=verdict.reason)
        else:
            self.job.note("profile captured", capture=capture_of(bag))

    async def posts(self) -> str | None:
        """All that is to do; or why it makes no sense to go on now.

        Raises what concerns every post alike: `BrowserNotFound`, `FolderUnusable` and
        `BagStorageError` (a full disk, say), and `OSError` where nothing can be noted any more.
        """
        queue = list(self.job.state.to_do)
        tasks = [asyncio.create_task(self._work(queue)) for _ in range(self.job.options.jobs)]
        try:
            await asyncio.gather(*tasks)
        finally:  # after an error of one, the others end as well
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._session_ended:
            return "The session has ended: the site asks to log in again. Supply a new one."
        if self._is_walled:
            return "The site asks to log in instead of showing posts."
        self._settle_walls()
        return None

    @property
    def _is_walled(self) -> bool:
        return self._session_ended or len(self._behind_walls) >= WALLS_AT_MOST

    async def _work(self, queue: list[Post]) -> None:
        while queue and not self._is_walled:
            post = queue.pop(0)
            if reason := why_not(post, self.job.options):
                self.job.note("post left out", mark=post.mark, reason=reason)
                continue
            await self._post(post)

    async def _post(self, post: Post) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            url, words = post.sighting["url"], post.shown["text"]
            verdict, bag = await self._preserve(url, words, f"post {post.number}")
            if bag is not None:
                self.job.note("post captured", mark=post.mark, capture=capture_of(bag))
            if not verdict.may_pass or attempt == ATTEMPTS:
                break
        if verdict.session_ended:
            self._session_ended = True
        elif verdict.is_wall:
            self._behind_walls.append((post, verdict))
        else:
            self._settle_walls()
            self._settle(post, verdict)

    def _settle_walls(self) -> None:
        """What follows shows that the walls were those posts' own; else they are tried again."""
        for post, verdict in self._behind_walls:
            self._settle(post, verdict)
        self._behind_walls.clear()

    def _settle(self, post: Post, verdict: Verdict) -> None:
        outcome = outcome_of(post, verdict, self.job.folder)
        self.job.note("post done", mark=post.mark, **outcome)
        if outcome["change"] in {"gone", "edited", "back"}:
            self.say(f"{outcome['change'].upper()}: {post.sighting['url']}")

    async def _preserve(self, url: str, words: str, what: str) -> tuple[Verdict, Path | None]:
        await self.pace.turn()
        self.say(f"{what}: {url}")
        try:
            target = parse_target(url)
            preserved = await preserve(self.chromium, target, self.settings, store=self.store)
        except (BrowserNotFound, BagStorageError, FolderUnusable):
            raise
        except (CaptureError, SealError, PipelineError) as error:
            return Verdict(f"not sealed: {error}", may_pass=True), None
        verdict = judge(preserved.bag, self.platform, words)
        if verdict.has_refused:
            rest = self.pace.refused(verdict.wish_s)
            self.say(f"the web site wants a rest: {rest:.0f} s")
        else:
            self.pace.welcomed()
        return verdict, preserved.bag


def outcome_of(post: Post, verdict: Verdict, folder: Path) -> dict[str, Any]:
    """What is noted once a post's attempts of this run are over; the last of its captures is the
    one that was judged. What was edited is held against the first that there was."""
    earlier = [each for each in post.captures[:-1] if shows_a_page(each)]
    as_it_was = {"change": post.change, "difference": post.difference}
    if verdict.reason is not None:
        now = {"change": "gone"} if verdict.is_gone and earlier else as_it_was
        return {"state": "failed", "reason": verdict.reason, **now}
    done = {"state": "captured", "reason": None}
    if post.change == "gone":
        return {**done, "change": "back"}
    if earlier and post.sighting["text"] != post.shown["text"]:
        told = difference(folder / earlier[0]["bag"], folder / post.captures[-1]["bag"])
        return {**done, "change": "edited", "difference": told}
    return {**done, **as_it_was}


def why_not(post: Post, options: ProfileOptions) -> str | None:
    """Why a post is listed and not captured; None where it is to be captured."""
    sighting = post.sighting
    if post.found_in is not None:
        return None
    if sighting["own"] == "no" and not sighting["repost"]:
        return "shown in the timeline, but posted by somebody else"
    since = options.since
    day = posted_on(sighting["url"], sighting["datetime"])
    if since is not None and day is not None and day < since:
        return f"older than {since}"
    return None
