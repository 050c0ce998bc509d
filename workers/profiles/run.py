"""THE main path of a profile job, in numbered steps."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from capture.browser.chromium import Chromium
from capture.target import Target
from capture.timeline.account import Account
from workers.errors import JobUnfinished
from workers.pipeline import Settings
from workers.profiles.adopting import adopt
from workers.profiles.capturing import Capturer, Say
from workers.profiles.discovering import discover
from workers.profiles.job import Job
from workers.profiles.journal import open_journal
from workers.profiles.moments import now
from workers.profiles.options import ProfileOptions, asked_in
from workers.profiles.pacing import Pace
from workers.profiles.sealing import seal_inventory
from workers.profiles.state import PAUSING, State
from workers.profiles.threads import read_threads
from workers.workspace import remove_abandoned


@dataclass(frozen=True)
class Came:
    """What came of a run. `pause` says why it stopped before its end; None where it did not, and
    the latest of `state.inventories` is its sealed list."""

    state: State
    pause: str | None = None


async def run_profile(
    chromium: Chromium,
    target: Target,
    account: Account,
    folder: Path,
    settings: Settings,
    options: ProfileOptions,
    *,
    resume: bool = False,
    say: Say = lambda _: None,
) -> Came:
    """Archive everything that `account` shows, into `folder`; `settings.into` is that folder.

    A finished job is done again: what is new is captured, what is gone or edited is said. Raises
    `JobUnfinished` where an earlier run did not come to its end and `resume` is not set (or the
    reverse), `JobRuns`, `FolderUnusable`, `BrowserFailed`, and `seal.errors.SealError` or
    `PipelineError` where the inventory cannot be sealed. Whatever it raises, and wherever it is
    killed: with `resume` it goes on from there.
    """
    with open_journal(folder) as journal:
        job = Job(folder, target, options, journal)
        # 1. Begin, or go on.
        _begin(job, resume=resume)
        remove_abandoned(folder)
        adopt(job, account.home.platform)
        pace = Pace(options.delay)
        capturer = Capturer(chromium, job, settings, pace, account.home.platform, say)
        if not job.state.is_running:  # it had sealed its list before it was killed
            return Came(job.state)
        # 2. The account's own page.
        if not job.state.is_profile_done:
            await capturer.page()
        # 3. Its timeline.
        if not job.state.is_discovery_done:
            await pace.turn()
            say(f"the timeline: {target.url}")
            with tempfile.TemporaryDirectory(prefix="holdfast-timeline-") as work:
                spool = Path(work) / "spool"
                walked = await discover(chromium, job, account, settings, spool, capturer.store)
            say(f"{len(job.state.posts)} posts found; {walked.explanation}")
            if walked.end in PAUSING:
                return Came(job.state, walked.explanation)
        # 4. Each post.
        if pause := await capturer.posts():
            return Came(job.state, pause)
        # 5. What stands around each, and that as evidence as well.
        if job.options.threads:
            say("their threads")
            pause = await _threads(chromium, job, account, settings, pace, capturer)
            if pause is not None:
                return Came(job.state, pause)
        # 6. The list of it all.
        await seal_inventory(chromium, job, settings)
        return Came(job.state)


async def _threads(
    chromium: Chromium,
    job: Job,
    account: Account,
    settings: Settings,
    pace: Pace,
    capturer: Capturer,
) -> str | None:
    with tempfile.TemporaryDirectory(prefix="holdfast-threads-") as work:
        read = read_threads(chromium, job, account, settings, Path(work), capturer.store, pace)
        return await read or await capturer.posts()


def _begin(job: Job, *, resume: bool) -> None:
    if job.state.is_running and not resume:
        raise JobUnfinished(
            f"An earlier run in {job.folder} did not come to its end. Go on with it: --resume."
        )
    if resume and not job.state.is_running:
        raise JobUnfinished(f"There is no unfinished run in {job.folder}. Leave out --resume.")
    if resume:
        job.options = replace(job.options, **asked_in(job.state.options))
    else:
        job.note("run began", time=now(), url=job.target.url, options=job.options.as_json())
