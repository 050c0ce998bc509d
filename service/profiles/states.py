"""Every change of a profile's state: one function, one conditional UPDATE, one custody event.

::

                  claim          read            list_it          finish
    WAITING ────────────> READING ───> CAPTURING ───────> LISTING ──────> FINISHED
      ^  ^                   │                                               │
      │  └──── put_back ─────┘         pause: ───> PAUSED ──resume──> WAITING│
      └───────────────────────────── repeat (by its interval) ───────────────┘

    cancel: from wherever something is still to come.   erase: from everywhere.

A stage outlives its worker: the state says what is to be done, the lease says who is at it. A lease
is free (None) while nobody is; one that ran out twice is made free by `service.profiles.sweeping`.
As with captures, an UPDATE that finds state or lease changed touches no row: `LeaseLost`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from service.captures import clock
from service.captures.states import LOST, LeaseLost
from service.captures.waits import due
from service.custody.kinds import ProfileKind
from service.custody.recording import SYSTEM, Actor, record
from service.profiles.models import UNDER_WAY, Change, PostState, Profile, ProfilePost, Stage

MOST_LOSSES = 5
"""A profile at whose run workers were lost so often is paused."""


@dataclass(frozen=True)
class Lease:
    """The right to work on one profile until it is not renewed in time."""

    profile: uuid.UUID
    fence: int
    worker: str

    @property
    def actor(self) -> Actor:
        """The worker, as the custody chain names it."""
        return Actor("worker", name=self.worker)


def claim(profile: Profile, worker: str) -> Lease | None:
    """The lease of a profile as it was seen; None where somebody was quicker.

    From WAITING it goes on to READING; a run that had not begun begins.
    """
    moment = clock.now()
    is_new = profile.state == Stage.WAITING and profile.began is None
    with transaction.atomic():
        won = Profile.objects.filter(
            due(moment), pk=profile.pk, state=profile.state, fence=profile.fence, lease_until=None
        ).update(
            state=Stage.READING if profile.state == Stage.WAITING else profile.state,
            fence=F("fence") + 1,
            leased_by=worker,
            lease_until=_lease_end(moment),
            doubted=False,
            not_before=None,
        )
        if not won:
            return None
        lease = Lease(profile.pk, profile.fence + 1, worker)
        if is_new:
            _begin(lease, moment)
    return lease


def _begin(lease: Lease, moment: datetime) -> None:
    """A run begins: what failed before is to be tried again, and nothing has been seen yet."""
    _change(lease, _held(lease), run=F("run") + 1, began=moment, finished=None, troubles=0)
    posts = ProfilePost.objects.filter(profile=lease.profile)
    posts.update(was_seen=False, is_done=False)
    posts.filter(Q(state=PostState.CAPTURED) | Q(change=Change.GONE)).update(is_done=True)
    run = Profile.objects.values_list("run", flat=True).get(pk=lease.profile)
    record(lease.profile, ProfileKind.START, lease.actor, {"run": run})


def renew(lease: Lease, step: str | None = None) -> None:
    """A heartbeat: the lease holds for another while. Raises `LeaseLost`."""
    del step
    _change(lease, _held(lease), lease_until=_lease_end(clock.now()), doubted=False)


def note_account(lease: Lease, account: dict[str, Any]) -> None:
    """What is known of the account by now. Raises `LeaseLost`."""
    _change(lease, _held(lease), account=account)


def read(lease: Lease) -> None:
    """READING -> CAPTURING: the timeline was read, as far as it could be. Raises `LeaseLost`.

    In the caller's transaction, with what the reading leaves to be captured.
    """
    _change(
        lease,
        _held(lease, Stage.READING),
        state=Stage.CAPTURING,
        lease_until=None,
        reason="",
        explanation="",
    )
    record(lease.profile, ProfileKind.READ, lease.actor)


def put_back(lease: Lease, reason: str, explanation: str, wait_s: float, *, trouble: bool) -> None:
    """READING -> WAITING, to be read again in `wait_s` seconds. Raises `LeaseLost`."""
    moment = clock.now()
    with transaction.atomic():
        _change(
            lease,
            _held(lease, Stage.READING),
            state=Stage.WAITING,
            not_before=moment + timedelta(seconds=wait_s) if wait_s else None,
            waiting_since=moment,
            lease_until=None,
            troubles=F("troubles") + int(trouble),
            reason=reason,
            explanation=explanation,
        )
        record(lease.profile, ProfileKind.RETRY, lease.actor, {"reason": reason})


def list_it(lease: Lease) -> None:
    """CAPTURING -> LISTING: everything has come to its end. Raises `LeaseLost`.

    In the caller's transaction, with the inventory's own capture.
    """
    _change(lease, _held(lease, Stage.CAPTURING), state=Stage.LISTING, lease_until=None)


def rest(lease: Lease) -> None:
    """There is nothing to do just now: the lease is given back. Raises `LeaseLost`."""
    _change(lease, _held(lease), lease_until=None)


def finish(lease: Lease, inventory: uuid.UUID) -> None:
    """LISTING -> FINISHED: the list is sealed, as the capture `inventory`. Raises `LeaseLost`."""
    moment = clock.now()
    with transaction.atomic():
        rows = Profile.objects.select_for_update().values_list("interval_s", flat=True)
        interval = rows.get(pk=lease.profile)
        _change(
            lease,
            _held(lease, Stage.LISTING),
            state=Stage.FINISHED,
            finished=moment,
            lease_until=None,
            reason="",
            explanation="",
            **_wait(interval, moment),
        )
        record(lease.profile, ProfileKind.FINISH, lease.actor, {"inventory": str(inventory)})


def pause(lease: Lease, reason: str, explanation: str) -> None:
    """It makes no sense to go on just now: a person has to look. Raises `LeaseLost`."""
    with transaction.atomic():
        _change(
            lease,
            _held(lease, *UNDER_WAY),
            state=Stage.PAUSED,
            lease_until=None,
            reason=reason,
            explanation=explanation,
        )
        record(lease.profile, ProfileKind.PAUSE, lease.actor, {"reason": reason})


def resume(profile: uuid.UUID, actor: Actor) -> bool:
    """PAUSED -> WAITING, within the same run; False where it was not paused."""
    changes = {"state": Stage.WAITING, "troubles": 0, "resumed": clock.now()}
    return _asked(profile, actor, ProfileKind.RESUME, (Stage.PAUSED,), **changes)


def again(profile: uuid.UUID, actor: Actor) -> bool:
    """FINISHED -> WAITING for a new run, now; False where it was not finished."""
    return _asked(
        profile,
        actor,
        ProfileKind.REPEAT,
        (Stage.FINISHED,),
        state=Stage.WAITING,
        began=None,
        not_before=None,
    )


def repeat(profile: Profile, actor: Actor) -> bool:
    """FINISHED -> WAITING for a new run that is due; False where it is not, or not any more."""
    with transaction.atomic():
        changed = Profile.objects.filter(
            due(clock.now()), pk=profile.pk, state=Stage.FINISHED, fence=profile.fence
        ).exclude(interval_s=None)
        if not changed.update(state=Stage.WAITING, began=None, not_before=None):
            return False
        record(profile.pk, ProfileKind.REPEAT, actor)
    return True


def set_interval(profile: uuid.UUID, interval_s: int | None, actor: Actor) -> bool:
    """Go through it again every `interval_s` seconds, or no more where that is None; False where it
    was called off or erased."""
    moment = clock.now()
    with transaction.atomic():
        living = Profile.objects.filter(pk=profile).exclude(
            state__in=(Stage.CANCELLED, Stage.ERASED)
        )
        if not living.update(interval_s=interval_s):
            return False
        finished = Profile.objects.filter(pk=profile, state=Stage.FINISHED)
        finished.update(**_wait(interval_s, moment))
        record(profile, ProfileKind.INTERVAL, actor, {"interval_s": interval_s})
    return True


def cancel(profile: uuid.UUID, actor: Actor) -> bool:
    """Nothing more is to come of it; False where that was so before.

    What is preserved stays. A worker that is at it finds its lease gone.
    """
    repeating = Q(state=Stage.FINISHED) & ~Q(interval_s=None)
    going_on = Q(state__in=(*UNDER_WAY, Stage.PAUSED)) | repeating
    with transaction.atomic():
        changed = Profile.objects.filter(going_on, pk=profile).update(
            state=Stage.CANCELLED, lease_until=None, not_before=None, finished=clock.now()
        )
        if changed:
            record(profile, ProfileKind.CANCEL, actor)
    return bool(changed)


def doubt() -> int:
    """Leases that ran out get their last chance; return how many."""
    moment = clock.now()
    return Profile.objects.filter(doubted=False, lease_until__lt=moment).update(
        doubted=True, lease_until=moment + timedelta(seconds=settings.LEASE_S / 2)
    )


def reclaim(profile: Profile) -> bool:
    """A lease that ran out twice is free; the state stays, so the next worker goes on from there.

    A profile that ends its workers again and again is paused for a person to look.
    """
    lease = Lease(profile.pk, profile.fence, profile.leased_by)
    given_up = profile.troubles + 1 >= MOST_LOSSES
    words = "The worker stopped without a word again and again, by itself or with its machine."
    changes = {"state": Stage.PAUSED, "reason": LOST, "explanation": words} if given_up else {}
    with transaction.atomic():
        lost = _held(lease).filter(doubted=True, lease_until__lt=clock.now())
        if not lost.update(lease_until=None, doubted=False, troubles=F("troubles") + 1, **changes):
            return False
        record(
            profile.pk,
            ProfileKind.PAUSE if given_up else ProfileKind.LOST,
            SYSTEM,
            {"reason": LOST},
        )
    return True


def _asked(
    profile: uuid.UUID, actor: Actor, kind: ProfileKind, before: tuple[Stage, ...], **changes: Any
) -> bool:
    with transaction.atomic():
        rows = Profile.objects.filter(pk=profile, state__in=before)
        changed = rows.update(lease_until=None, reason="", explanation="", **changes)
        if changed:
            record(profile, kind, actor)
    return bool(changed)


def _wait(interval_s: int | None, moment: datetime) -> dict[str, datetime | None]:
    until = moment + timedelta(seconds=interval_s) if interval_s else None
    return {"not_before": until, "waiting_since": moment}


def _lease_end(moment: datetime) -> datetime:
    return moment + timedelta(seconds=settings.LEASE_S)


def _held(lease: Lease, *states: Stage) -> QuerySet[Profile]:
    rows = Profile.objects.filter(
        pk=lease.profile, fence=lease.fence, leased_by=lease.worker
    ).exclude(lease_until=None)
    return rows.filter(state__in=states) if states else rows


def _change(lease: Lease, rows: QuerySet[Profile], **changes: Any) -> None:
    if not rows.update(**changes):
        raise LeaseLost(f"profile {lease.profile} is no longer {lease.worker}'s")
