"""Every change of a capture's state: one function, one conditional UPDATE, one custody event.

::

                    claim            secure           seal
    QUEUED ───────────────> CAPTURING ──────> STORING ──────> SEALED
      ^ │                     │  │              │               │
      │ └─cancel─> CANCELLED  │  └────fail──────┼─> FAILED      │
      └──── put_back, ────────┘                 │      │        │
            reclaim <───────────────────────────┘      └─erase──┴──> ERASED

An UPDATE that finds the state or the lease changed touches no row: then the function raises
`LeaseLost` (or returns False), the transaction is undone, and nothing was done. The fence makes a
worker that was given up for lost, and comes back, unable to do anything.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from service.captures.models import Attempt, Capture, State
from service.captures.reports import verdicts_of
from service.custody.recording import SYSTEM, Actor, Kind, record
from service.webhooks.events import notify
from service.webhooks.models import Event


class LeaseLost(Exception):
    """The capture is somebody else's by now, or over: what was done for it counts for nothing."""


@dataclass(frozen=True)
class Lease:
    """The right to work on one capture until it is not renewed in time."""

    capture: uuid.UUID
    fence: int
    worker: str

    @property
    def actor(self) -> Actor:
        """The worker, as the custody chain names it."""
        return Actor("worker", name=self.worker)


@dataclass(frozen=True)
class Secured:
    """What a worker has in hand once the bag is sealed, verified and packed."""

    bag: str
    outcome: str
    statement_sha256: str
    object_sha256: str
    object_size: int
    parts: dict[str, Any]
    facts: dict[str, Any]
    report: dict[str, Any]


def claim(capture: uuid.UUID, worker: str) -> Lease | None:
    """QUEUED -> CAPTURING, for `worker` alone; None where somebody was quicker."""
    now = timezone.now()
    with transaction.atomic():
        won = Capture.objects.filter(pk=capture, state=State.QUEUED, not_before__lte=now).update(
            state=State.CAPTURING,
            fence=F("fence") + 1,
            leased_by=worker,
            lease_until=_lease_end(now),
            started=now,
            step="",
            reason="",
            explanation="",
        )
        if not won:
            return None
        lease = Lease(
            capture, Capture.objects.values_list("fence", flat=True).get(pk=capture), worker
        )
        Attempt.objects.create(capture_id=capture, number=lease.fence, worker=worker, started=now)
        record(capture, Kind.START, lease.actor, {"attempt": lease.fence})
        return lease


def renew(lease: Lease, step: str | None = None) -> None:
    """A heartbeat: the lease holds for another while. Raises `LeaseLost`."""
    changes: dict[str, Any] = {"lease_until": _lease_end(timezone.now())}
    if step is not None:
        changes["step"] = step
    if not _held(lease, State.CAPTURING, State.STORING).update(**changes):
        raise LeaseLost(f"capture {lease.capture} is no longer {lease.worker}'s")


def secure(lease: Lease, secured: Secured) -> None:
    """CAPTURING -> STORING: the sealed bag exists, and will be stored. Raises `LeaseLost`."""
    with transaction.atomic():
        _change(
            lease,
            State.CAPTURING,
            state=State.STORING,
            step="storing",
            lease_until=timezone.now() + timedelta(seconds=settings.STORING_LEASE_S),
            bag=secured.bag,
            outcome=secured.outcome,
            statement_sha256=secured.statement_sha256,
            object_sha256=secured.object_sha256,
            object_size=secured.object_size,
            parts=secured.parts,
            facts=secured.facts,
            report=secured.report,
        )


def seal(lease: Lease, object_key: str) -> None:
    """STORING -> SEALED: the bag is in the store, under `object_key`. Raises `LeaseLost`."""
    now = timezone.now()
    with transaction.atomic():
        _change(
            lease,
            State.STORING,
            state=State.SEALED,
            object_key=object_key,
            finished=now,
            checked=now,
            step="",
            lease_until=None,
        )
        capture = Capture.objects.get(pk=lease.capture)
        _end_attempt(lease, "sealed", outcome=capture.outcome)
        hashes = {
            "statement_sha256": capture.statement_sha256,
            "object_sha256": capture.object_sha256,
        }
        record(lease.capture, Kind.SEAL, lease.actor, {**hashes, "outcome": capture.outcome})
        verdicts = verdicts_of(capture.report) if capture.report else None
        record(lease.capture, Kind.VERIFY, lease.actor, {**hashes, "verdicts": verdicts})
        notify(lease.capture, Event.SEALED)


def put_back(lease: Lease, reason: str, explanation: str, not_before: datetime) -> None:
    """CAPTURING -> QUEUED, for another attempt not before that time. Raises `LeaseLost`."""
    with transaction.atomic():
        _change(
            lease,
            State.CAPTURING,
            state=State.QUEUED,
            not_before=not_before,
            lease_until=None,
            step="",
            reason=reason,
            explanation=explanation,
        )
        _end_attempt(lease, "retry", reason, explanation)
        record(lease.capture, Kind.RETRY, lease.actor, {"attempt": lease.fence, "reason": reason})


def fail(lease: Lease, reason: str, explanation: str) -> None:
    """CAPTURING -> FAILED: nothing could be sealed, and why. Raises `LeaseLost`."""
    with transaction.atomic():
        _change(
            lease,
            State.CAPTURING,
            state=State.FAILED,
            finished=timezone.now(),
            lease_until=None,
            step="",
            reason=reason,
            explanation=explanation,
        )
        _end_attempt(lease, "failed", reason, explanation)
        record(lease.capture, Kind.FAIL, lease.actor, {"attempt": lease.fence, "reason": reason})
        notify(lease.capture, Event.FAILED)


def reclaim(capture: Capture, most_losses: int) -> bool:
    """CAPTURING or STORING -> QUEUED (or FAILED), for a lease that ran out; False if it did not.

    A page that ends its worker again and again is given up after `most_losses` times.
    """
    lease = Lease(capture.pk, capture.fence, capture.leased_by)
    losses = Attempt.objects.filter(capture=capture, result="lost").count() + 1
    given_up = losses >= most_losses
    explanation = f"The worker stopped without a word ({losses} of {most_losses} times)."
    with transaction.atomic():
        changed = (
            _held(lease, State.CAPTURING, State.STORING)
            .filter(lease_until__lt=timezone.now())
            .update(
                state=State.FAILED if given_up else State.QUEUED,
                finished=timezone.now() if given_up else None,
                not_before=timezone.now(),
                lease_until=None,
                step="",
                reason="worker lost",
                explanation=explanation,
            )
        )
        if not changed:
            return False
        _end_attempt(lease, "lost", "worker lost", explanation)
        kind = Kind.FAIL if given_up else Kind.LOST
        record(capture.pk, kind, SYSTEM, {"attempt": capture.fence, "reason": "worker lost"})
        if given_up:
            notify(capture.pk, Event.FAILED)
    return True


def cancel(capture: uuid.UUID, actor: Actor) -> bool:
    """QUEUED -> CANCELLED; False where it had begun already."""
    with transaction.atomic():
        changed = Capture.objects.filter(pk=capture, state=State.QUEUED).update(
            state=State.CANCELLED, finished=timezone.now()
        )
        if changed:
            record(capture, Kind.CANCEL, actor)
    return bool(changed)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_S)


def _held(lease: Lease, *states: State) -> Any:
    return Capture.objects.filter(
        pk=lease.capture, fence=lease.fence, leased_by=lease.worker, state__in=states
    )


def _change(lease: Lease, source: State, **changes: Any) -> None:
    if not _held(lease, source).update(**changes):
        raise LeaseLost(f"capture {lease.capture} is no longer {lease.worker}'s")


def _end_attempt(
    lease: Lease, result: str, reason: str = "", explanation: str = "", outcome: str = ""
) -> None:
    Attempt.objects.filter(capture_id=lease.capture, number=lease.fence).update(
        ended=timezone.now(),
        result=result,
        reason=reason,
        explanation=explanation,
        outcome=outcome,
    )
