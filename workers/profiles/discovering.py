"""Reading the account's timeline, each post noted as soon as it is seen."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture.assets.serving import Serving
from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.platforms.identity import identify
from capture.session.commitment import COMMITMENT
from capture.session.evidence import redact_json
from capture.session.harvest import of_session
from capture.session.redaction import Redactor
from capture.target import Target
from capture.timeline.account import Account
from capture.timeline.end import End, Walked
from capture.timeline.reader import Reader
from capture.timeline.sighting import Own, Sighting
from capture.timeline.walk import Limits
from workers.pipeline import Settings
from workers.profiles.job import Noted
from workers.profiles.moments import decoded_time, now
from workers.profiles.state import Post

Json = dict[str, Any]
_TEXT_AT_MOST = 500
_SECRET = b"[a secret of the session]"
_OLD_ONES = 15
"""So many older posts in a row end the reading: one alone may have been put out of its order."""


async def discover(
    chromium: Chromium,
    job: Noted,
    account: Account,
    settings: Settings,
    work: Path,
    store: AssetStore,
) -> Walked:
    """Read the timeline of `account`, and note what is found. Raises `BrowserFailed`.

    What `store` has is not fetched again.
    """
    started = now()
    # What a killed reading had found already is this one's, since that one is not listed.
    known = sum(each["found"] for each in job.state.discovery)
    recall(account, job.state.account)
    hide = hider(settings.options, job.target)
    judge = _Judge(job, hide)
    limits = Limits(pause_s=job.options.delay)
    reader = Reader(chromium, account, settings.options, limits, settings.lookup)
    serving = Serving(store.before(time.time_ns()))
    walked = await reader.timeline(job.target, judge, work, serving)
    job.note("account", account=as_json(account))
    reading = {
        "started": started,
        "ended": now(),
        "end": walked.end.value,
        "explanation": walked.explanation,
        "found": sum(post.found_in is None for post in job.state.posts.values()) - known,
        "seen": len(judge.marks),
        "blocked_actions": hide(list(walked.blocked)),
    }
    if walked.end in {End.END_OF_TIMELINE, End.LOOP, End.GONE}:
        _doubt_what_was_not_shown(job)
    job.note("timeline read", reading=reading)
    return walked


def recall(account: Account, kept: dict[str, Any]) -> None:
    """What earlier runs learnt of the account."""
    if kept:
        account.told(kept["key"], kept["ids"], None)
        for name in kept["seen_as"]:
            account.renamed(name)


def as_json(account: Account) -> dict[str, Any]:
    """As the inventory has it (format 10.2)."""
    return {
        "platform": account.home.platform.name,
        "key": account.key,
        "ids": account.ids,
        "names": account.names,
        "seen_as": account.seen_as,
    }


def _doubt_what_was_not_shown(job: Noted) -> None:
    for post in list(job.state.posts.values()):
        if post.found_in is None and is_missed(post):
            job.note("post not shown", mark=post.mark)


def is_missed(post: Post) -> bool:
    """Whether what should have shown it did not, so that it has to be looked at."""
    return not post.was_seen and post.is_captured and post.change != "gone"


Hide = Callable[[Any], Any]
"""Takes the session's secrets out of a JSON value."""


def hider(options: CaptureOptions, target: Target) -> Hide:
    """What a page shows can hold the session's secrets; the list must not. The same words stand for
    each at every reading, or a post would seem edited; the posts' own bags have commitments."""
    if options.session is None:
        return lambda value: value
    redactor = Redactor(of_session(options.session.for_target(target)))

    def hidden(value: Any) -> Any:
        redacted = json.dumps(redact_json(value, redactor)).encode()
        return json.loads(COMMITMENT.sub(_SECRET, redacted))

    return hidden


@dataclass
class _Judge:
    """Is told what is in sight, notes it, and says when it is enough."""

    job: Noted
    hide: Hide
    older: int = 0
    marks: set[str] = field(default_factory=set)

    def __call__(self, sightings: Sequence[Sighting]) -> End | None:
        for each in sightings:
            if self.job.options.max_posts == len(self.marks):
                return End.MAX_POSTS
            self.marks.add(each.mark)
            self.job.note("post found", time=now(), mark=each.mark, post=as_listed(each, self.hide))
            if self._is_enough(each):
                return End.SINCE
        return End.MAX_POSTS if self.job.options.max_posts == len(self.marks) else None

    def _is_enough(self, sighting: Sighting) -> bool:
        since = self.job.options.since
        day = posted_on(sighting.url, sighting.datetime)
        if since is None or day is None or sighting.is_pinned:
            return False
        self.older = self.older + 1 if day < since else 0
        return self.older >= _OLD_ONES


def posted_on(url: str, shown: str | None) -> dt.date | None:
    """The day on which a post was made, by its ID, else by the markup; None where unknown."""
    for text in (decoded_time(url), shown):
        try:
            return dt.datetime.fromisoformat((text or "").strip()).date()
        except ValueError:
            continue
    return None


def as_listed(sighting: Sighting, hide: Hide) -> Json:
    """A post as the journal has it, and the inventory (format 10.3)."""
    post = _as_json(sighting)
    shown = hide({name: post[name] for name in ("author", "shown_time", "datetime", "text")})
    return {**post, **shown, "text": _folded(shown["text"])}


def _as_json(sighting: Sighting) -> Json:
    return {
        "url": sighting.url,
        "key": sighting.key,
        "ids": dict(sighting.ids),
        "names": dict(sighting.names),
        "author": {"key": sighting.author.key, "name": sighting.author.name},
        # What was passed on is somebody else's, whoever that is (format, 10.3).
        "own": (Own.NO if sighting.is_repost else sighting.own).value,
        "repost": sighting.is_repost,
        "pinned": sighting.is_pinned,
        "shown_time": sighting.shown_time,
        "datetime": sighting.datetime,
        "text": _folded(sighting.text),
    }


def _folded(text: str) -> str:
    """As format 10.3 has it; a page can make up half characters, which no table could hold."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(whole.split())[:_TEXT_AT_MOST].rstrip()


def account_at(url: str, now_us: int) -> Account | None:
    """The account whose page is at `url`; None where it is no URL that could be captured."""
    home = identify(url, now_us)
    return Account.at(home) if home else None
