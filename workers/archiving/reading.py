"""The timeline of a profile, read under its lease: each post is kept as soon as it is seen."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings

from capture.assets.store import AssetStore
from capture.errors import BrowserFailed, BrowserNotFound, SessionUnusable
from capture.session.grant import Grant
from capture.timeline.account import Account
from capture.timeline.end import End, Walked
from capture.timeline.walk import Limits
from service.captures.states import LeaseLost
from service.profiles import states
from service.profiles.handing import hand_over_page
from service.profiles.models import Profile
from service.profiles.states import Lease
from service.sessions.models import ENDED
from service.sessions.supplying import end
from workers import browsers
from workers.archiving.kept import KeptJob
from workers.errors import CaptureTookTooLong, Interrupted
from workers.heartbeat import Pulse, heartbeat
from workers.insisting import insist
from workers.profiles.discovering import account_at, discover
from workers.profiles.pacing import Pace
from workers.profiles.threads import read_threads
from workers.sessions import grant_for
from workers.settings import pipeline_settings

READING_S = int(Limits().time_s) + 300
"""The walk has a limit of its own; whoever is stuck beyond it loses the lease."""
THREADS_S = 86_400
"""For all threads of a profile; each has a limit of its own."""
LONGEST_S = READING_S + THREADS_S
_NOT_TO_ITS_END = "The timeline could not be read to its end."
READINGS = 3
"""So often a timeline that cannot be read is tried; then what there is, is preserved and listed."""
_MAY_PASS = {End.FAILED, End.BOT_WALL}

log = structlog.get_logger()


def read_timeline(lease: Lease, profile: Profile) -> None:
    """Read it, and hand over what is found; or why not, and when again. Raises `LeaseLost`."""
    try:
        with heartbeat(lease, LONGEST_S, states.renew) as pulse, KeptJob(lease, profile) as job:
            grant = grant_for(profile)
            hand_over_page(lease)
            walked = _discover(job, grant, pulse)
            ended = walked.explanation if walked.end is End.SESSION_ENDED else None
            if walked.end in _MAY_PASS and profile.troubles + 1 < READINGS:
                _again(lease, profile, walked.end.value, _NOT_TO_ITS_END)
                return
            if ended is None and job.options.threads:
                ended = _read_threads(job, grant, pulse)
            if ended is None:
                insist(job.end, settings.LEASE_S)
            else:
                insist(lambda: _pause(lease, profile, ended), settings.LEASE_S)
    except SessionUnusable as error:
        states.pause(lease, ENDED, str(error))
    except Interrupted:
        states.put_back(lease, "stopped", "Another worker begins anew.", 0, trouble=False)
    except (BrowserFailed, BrowserNotFound, CaptureTookTooLong) as error:
        log.warning("timeline not read", kind=type(error).__name__)
        _again(lease, profile, "browser failed", str(error))


def _discover(job: KeptJob, grant: Grant | None, pulse: Pulse) -> Walked:
    account = _account(job)
    with _scratch() as folder:
        walked = browsers.run(
            lambda chromium: discover(
                chromium,
                job,
                account,
                pipeline_settings(folder, grant),
                folder / "spool",
                AssetStore(),
            ),
            pulse,
            READING_S,
        )
    log.info("timeline read", end=walked.end.value, posts=len(job.state.posts))
    return walked


def _read_threads(job: KeptJob, grant: Grant | None, pulse: Pulse) -> str | None:
    """Why the session has ended, if it has. Captures of what was found go on meanwhile."""
    account, pace = _account(job), Pace(job.options.delay)
    with _scratch() as folder:
        options = pipeline_settings(folder, grant)
        return browsers.run(
            lambda chromium: read_threads(
                chromium, job, account, options, folder, AssetStore(), pace
            ),
            pulse,
            THREADS_S,
        )


def _pause(lease: Lease, profile: Profile, why: str) -> None:
    if profile.session is not None:
        end(profile.session, why)
    states.pause(lease, ENDED, "The session has ended. Replace it by a new one, then go on.")


def _account(job: KeptJob) -> Account:
    account = account_at(job.target.url, time.time_ns() // 1_000)
    if account is None:  # `parse_target` takes exactly what is read here
        raise LeaseLost("its address is no account's")
    return account


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="timeline-", dir=settings.DATA) as folder:
        yield Path(folder)


def _again(lease: Lease, profile: Profile, reason: str, explanation: str) -> None:
    wait_s = settings.RETRY_FIRST_S * 4 ** min(profile.troubles, 5)
    if profile.troubles + 1 >= READINGS:
        states.pause(lease, reason, explanation)
    else:
        states.put_back(lease, reason, explanation, wait_s, trouble=True)
