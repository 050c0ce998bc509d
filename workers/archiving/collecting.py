"""Captures of a profile that came to their end, taken account of one by one."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from capture.platforms.platform import Platform
from service.captures.models import UNFINISHED, Capture
from service.captures.models import State as CaptureState
from service.evidence.errors import Altered, EvidenceError, NotStored
from service.profiles import settling, states
from service.profiles.handing import hand_over_list
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from service.profiles.states import Lease
from service.sessions.models import ENDED
from service.sessions.supplying import why_over
from workers.archiving.fetching import COMPARED, JUDGED, STATEMENT, fetch
from workers.archiving.kept import captures_of, fields_of, post_of
from workers.heartbeat import heartbeat
from workers.insisting import insist
from workers.profiles.capturing import WALLS_AT_MOST, outcome_of
from workers.profiles.discovering import account_at
from workers.profiles.evidence import capture_of, inventory_of, shows_a_page
from workers.profiles.judging import Verdict, judge

_LONGEST_S = 900.0
_CALLED_OFF = {
    CaptureState.CANCELLED: "its capture was called off",
    CaptureState.ERASED: "its evidence was erased",
}

_WALLS = "The site asks to log in instead of showing posts."
_NEW_SESSION = "The session has ended, or was removed. Replace it by a new one, then go on."

log = structlog.get_logger()


def collect(lease: Lease, profile: Profile) -> bool:
    """Take account of what has ended; then the next stage, if nothing is open any more.

    False where the store does not give something just now: that is left for the sweeper's next
    bell. Raises `LeaseLost`.
    """
    home = account_at(profile.url, time.time_ns() // 1_000)
    with heartbeat(lease, _LONGEST_S, states.renew):
        try:
            for taken in _ended(profile):
                with tempfile.TemporaryDirectory(prefix="profile-", dir=settings.DATA) as folder:
                    _settle(lease, taken, home.home.platform if home else None, Path(folder))
        except (EvidenceError, OSError) as error:
            log.warning("evidence not read", error=type(error).__name__)
            states.rest(lease)
            return False
        insist(lambda: _go_on(lease, profile), settings.LEASE_S)
    return True


def _ended(profile: Profile) -> list[Taken]:
    ended = Taken.objects.filter(profile=profile, is_open=True)
    ended = ended.exclude(capture__state__in=UNFINISHED).select_related("capture", "post")
    return list(ended.order_by("capture__finished", "pk"))


def _settle(lease: Lease, taken: Taken, platform: Platform | None, folder: Path) -> None:
    capture = taken.capture
    is_sealed = capture.state == CaptureState.SEALED
    if taken.what == What.INVENTORY:
        told = inventory_of(fetch(capture, [STATEMENT], folder)) if is_sealed else None
        settling.settle(lease, taken, told)
    elif capture.reason == ENDED:
        settling.settle(lease, taken, None)  # its post is captured once there is a new session
    elif not is_sealed or platform is None:
        settling.settle(lease, taken, None, _not_sealed(taken))
    else:
        try:
            bag = fetch(capture, JUDGED, folder)
        except (Altered, NotStored) as error:
            settling.settle(
                lease, taken, None, _failed(taken, f"its evidence cannot be read: {error}")
            )
            return
        outcome = _outcome(taken, bag, platform, folder) if taken.post else None
        settling.settle(lease, taken, capture_of(bag), outcome)


def _outcome(taken: Taken, bag: Path, platform: Platform, folder: Path) -> dict[str, Any] | None:
    """What `workers.profiles` makes of it, with the bag before beside it where they differ; None
    where the session had ended, so that nothing is known of the post."""
    row = _post(taken)
    captures = captures_of(row)
    post = post_of(row, [*captures, capture_of(bag)])
    if captures and row.shown["text"] != row.sighting["text"]:
        for each in (taken.capture, *_before(row, captures)):
            fetch(each, COMPARED, folder)
    verdict: Verdict = judge(bag, platform, post.shown["text"])
    if verdict.session_ended:
        return None
    outcome = outcome_of(post, verdict, folder)
    done = replace(post, **{**outcome, "difference": outcome.get("difference"), "is_done": True})
    return fields_of(done)


def _before(row: ProfilePost, captures: list[dict[str, Any]]) -> list[Capture]:
    """Earlier captures that show the post; the first of them alone is compared."""
    shown = [each["bag"] for each in captures if shows_a_page(each)]
    return list(Capture.objects.filter(bag__in=shown[:1], case=row.profile.case_id))


def _not_sealed(taken: Taken) -> dict[str, Any] | None:
    if taken.post is None:
        return None
    state = CaptureState(taken.capture.state)
    if state in _CALLED_OFF:
        post = post_of(taken.post, [])
        left_out = replace(post, state="not_reached", reason=_CALLED_OFF[state], is_done=True)
        return fields_of(left_out)
    return _failed(taken, f"not sealed: {taken.capture.explanation}")


def _failed(taken: Taken, why: str) -> dict[str, Any]:
    post = post_of(_post(taken), [])
    return fields_of(replace(post, state="failed", reason=why, is_done=True))


def _post(taken: Taken) -> ProfilePost:
    if taken.post is None:
        raise LookupError("a capture of the account's own page has no post")
    return taken.post


def _go_on(lease: Lease, profile: Profile) -> None:
    open_ones = Taken.objects.filter(profile=profile, is_open=True)
    if profile.state == Stage.LISTING:
        settling.end(lease)
    elif why_over(profile):
        settling.pause_and_call_off(lease, ENDED, _NEW_SESSION)
    elif settling.is_walled(profile, WALLS_AT_MOST):
        settling.pause_and_call_off(lease, "login wall", _WALLS)
    elif not open_ones.exists():
        hand_over_list(lease)
    else:
        states.rest(lease)
