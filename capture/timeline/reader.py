"""Reading behind the egress policy, each time in a fresh browser context: a timeline, or a thread.

Nothing of it is evidence: that is what each post's own capture is for.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from playwright.async_api import Error

from capture.assets.serving import Serving
from capture.browser.chromium import Chromium
from capture.browser.lens import LensProblem
from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy
from capture.egress.resolve import Lookup, Resolver, system_lookup
from capture.egress.spool import Spool
from capture.options import CaptureOptions
from capture.platforms.identity import Identity
from capture.session.blocked import Blocked
from capture.session.gate import Gate
from capture.session.guard import guard
from capture.target import Target
from capture.timeline.account import Account
from capture.timeline.descent import Judge
from capture.timeline.end import End, Walked
from capture.timeline.thread import down_thread
from capture.timeline.walk import Limits, Walker


@dataclass(frozen=True)
class Reader:
    """Reads what `account` shows. `account` learns its further names.

    With a session among the `options`, requests that could act are not let out, as in a capture.
    """

    chromium: Chromium
    account: Account
    options: CaptureOptions
    limits: Limits
    lookup: Lookup = system_lookup

    async def timeline(
        self, target: Target, judge: Judge, work: Path, serving: Serving | None = None
    ) -> Walked:
        """Read the timeline at `target`, with a scratch folder `work` that this makes.

        `judge` gets every sighting; `serving` has what the job has fetched already. Raises
        `BrowserFailed` where no browser can be started; what the site does is in the result. Not
        guaranteed: that the site shows all posts of the account.
        """
        return await self._read(target, judge, work, serving, lambda each: each.walk(target))

    async def thread(
        self,
        post: Identity,
        posts: Iterable[str],
        target: Target,
        judge: Judge,
        work: Path,
        serving: Serving | None = None,
    ) -> Walked:
        """Read what stands around `post` on its page, which is at `target`; the rest is as in
        `timeline`. `posts` are permalinks of the site, by which others are known there."""

        async def down(walker: Walker) -> Walked:
            return await down_thread(walker, post, posts, target.url)

        return await self._read(target, judge, work, serving, down)

    async def _read(
        self,
        target: Target,
        judge: Judge,
        work: Path,
        serving: Serving | None,
        way: Callable[[Walker], Awaitable[Walked]],
    ) -> Walked:
        options = self.options
        session = options.session.for_target(target) if options.session else None
        blocked = Blocked()
        gate = partial(Gate, key_log=self.chromium.key_log, blocked=blocked) if session else None
        policy = AddressPolicy.allowing(options.allow_networks)
        with Spool(work, time.time_ns()) as spool:
            resolver = Resolver(self.lookup)
            async with EgressProxy(policy, resolver, spool, options.byte_limit, gate) as egress:
                context = await self.chromium.context(egress.url, options, session)
                try:
                    if session is not None:
                        await guard(context, blocked)
                    walker = await Walker.on(
                        context, egress, self.account, judge, options, self.limits
                    )
                    if serving is not None and session is None:
                        await serving.begin(context, walker.opening.page)
                    walked = await way(walker)
                except Error as error:
                    walked = Walked(End.FAILED, error.message.splitlines()[0])
                except LensProblem as problem:
                    walked = Walked(End.FAILED, f"the page could not be looked at: {problem}")
                finally:
                    await self.chromium.leave(context)
        if session is not None and walked.end is End.LOGIN_WALL:
            why = f"in spite of the session: {walked.explanation}"
            walked = Walked(End.SESSION_ENDED, why)
        return replace(walked, blocked=tuple(blocked.told()))
