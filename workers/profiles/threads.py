"""The threads of an account's posts: what stands around each on its page, noted as it is seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from capture.assets.serving import Serving
from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.platforms.identity import identify
from capture.target import parse_target
from capture.timeline.account import Account
from capture.timeline.end import End
from capture.timeline.reader import Reader
from capture.timeline.sighting import Sighting
from capture.timeline.walk import Limits
from workers.pipeline import Settings
from workers.profiles.capturing import WALLS_AT_MOST, why_not
from workers.profiles.discovering import Hide, as_listed, hider, is_missed, recall
from workers.profiles.job import Noted
from workers.profiles.moments import microseconds, now
from workers.profiles.pacing import Pace
from workers.profiles.state import Post

POSTS_AT_MOST = 1_000
"""Of one thread."""
_TIME_S = 600


async def read_threads(
    chromium: Chromium,
    job: Noted,
    account: Account,
    settings: Settings,
    work: Path,
    store: AssetStore,
    pace: Pace,
) -> str | None:
    """Read the threads of the account's posts that were not read in this run; or why it makes no
    sense to go on now. Raises `BrowserFailed`.

    Threads of what was found in a thread are not read.
    """
    recall(account, job.state.account)
    limits = Limits(_TIME_S, job.options.delay)
    reader = Reader(chromium, account, settings.options, limits, settings.lookup)
    walls = 0
    for post in [each for each in job.state.posts.values() if _is_due(each, job)]:
        await pace.turn()
        spool = work / f"thread-{post.number}"
        end, explanation = await _read(reader, job, post, settings, spool, store)
        if end is End.SESSION_ENDED:
            return explanation
        walls = walls + 1 if end is End.LOGIN_WALL else 0
        if walls >= WALLS_AT_MOST:
            break  # those that are left have none in the list, and the verifier says so
    return None


def _is_due(post: Post, job: Noted) -> bool:
    reading = post.thread_reading
    was_read = reading is not None and reading["started"] >= job.state.started
    is_there = post.was_seen and post.state != "failed" and post.change != "gone"
    is_own = post.found_in is None and not post.sighting["repost"]
    return is_own and is_there and not was_read and why_not(post, job.options) is None


async def _read(
    reader: Reader, job: Noted, post: Post, settings: Settings, work: Path, store: AssetStore
) -> tuple[End, str]:
    started, url = now(), reader.account.at_present(post.sighting["url"])
    identity = identify(post.sighting["url"], microseconds(started))
    if identity is None:
        raise ValueError(f"{post.sighting['url']} was found, and cannot be read as an address")
    hide = hider(settings.options, job.target)
    judge = _Judge(job, post.mark, hide)
    known = [each.sighting["url"] for each in job.state.posts.values()]
    serving = Serving(store.before(time.time_ns()))
    walked = await reader.thread(identity, known, parse_target(url), judge, work, serving)
    if walked.end is End.SESSION_ENDED:
        return walked.end, walked.explanation
    if walked.end is End.END_OF_TIMELINE:
        _doubt_what_was_not_shown(job, post)
    reading = {
        "started": started,
        "ended": now(),
        "end": walked.end.value,
        "explanation": walked.explanation,
        "blocked_actions": hide(list(walked.blocked)),
    }
    job.note("thread read", mark=post.mark, reading=reading)
    return walked.end, walked.explanation


def _doubt_what_was_not_shown(job: Noted, post: Post) -> None:
    for each in list(job.state.posts.values()):
        if each.found_in == post.mark and is_missed(each):
            job.note("post not shown", mark=each.mark)


@dataclass
class _Judge:
    """Is told what the page of the post `of` shows, and notes it."""

    job: Noted
    of: str
    hide: Hide
    count: int = 0

    def __call__(self, sightings: Sequence[Sighting]) -> End | None:
        for each in sightings[: POSTS_AT_MOST - self.count]:
            listed = as_listed(each, self.hide)
            self.job.note("post found", time=now(), mark=each.mark, post=listed, thread=self.of)
            self.count += 1
        return End.LIMIT if self.count >= POSTS_AT_MOST else None
