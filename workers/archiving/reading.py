"""The timeline of a profile, read under its lease: each post is kept as soon as it is seen."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import structlog
from django.conf import settings

from capture.assets.store import AssetStore
from capture.errors import BrowserFailed, BrowserNotFound
from capture.timeline.end import End
from service.captures.states import LeaseLost
from service.profiles import states
from service.profiles.handing import hand_over_page
from service.profiles.models import Profile
from service.profiles.states import Lease
from workers import browsers
from workers.archiving.kept import KeptJob
from workers.errors import CaptureTookTooLong, Interrupted
from workers.heartbeat import Pulse, heartbeat
from workers.insisting import insist
from workers.profiles.discovering import account_at, discover
from workers.settings import pipeline_settings

READING_S = 3_900
"""The walk's own limit is an hour; whoever is stuck beyond this loses the lease."""
READINGS = 3
"""So often a timeline that cannot be read is tried; then what there is, is preserved and listed."""
_MAY_PASS = {End.FAILED, End.BOT_WALL, End.SESSION_ENDED}

log = structlog.get_logger()


def read_timeline(lease: Lease, profile: Profile) -> None:
    """Read it, and hand over what is found; or why not, and when again. Raises `LeaseLost`."""
    try:
        with heartbeat(lease, READING_S, states.renew) as pulse, KeptJob(lease, profile) as job:
            hand_over_page(lease)
            end = _discover(job, pulse)
            if end in _MAY_PASS and profile.troubles + 1 < READINGS:
                _again(lease, profile, end.value, "The timeline could not be read to its end.")
            else:
                insist(job.end, settings.LEASE_S)
    except Interrupted:
        states.put_back(lease, "stopped", "Another worker begins anew.", 0, trouble=False)
    except (BrowserFailed, BrowserNotFound, CaptureTookTooLong) as error:
        log.warning("timeline not read", kind=type(error).__name__)
        _again(lease, profile, "browser failed", str(error))


def _discover(job: KeptJob, pulse: Pulse) -> End:
    account = account_at(job.target.url, time.time_ns() // 1_000)
    if account is None:  # `parse_target` takes exactly what is read here
        raise LeaseLost("its address is no account's")
    with tempfile.TemporaryDirectory(prefix="timeline-", dir=settings.DATA) as scratch:
        folder = Path(scratch)
        walked = browsers.run(
            lambda chromium: discover(
                chromium, job, account, pipeline_settings(folder), folder / "spool", AssetStore()
            ),
            pulse,
            READING_S,
        )
    log.info("timeline read", end=walked.end.value, posts=len(job.state.posts))
    return walked.end


def _again(lease: Lease, profile: Profile, reason: str, explanation: str) -> None:
    wait_s = settings.RETRY_FIRST_S * 4 ** min(profile.troubles, 5)
    if profile.troubles + 1 >= READINGS:
        states.pause(lease, reason, explanation)
    else:
        states.put_back(lease, reason, explanation, wait_s, trouble=True)
