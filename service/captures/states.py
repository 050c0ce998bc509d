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
worker that was given up for lost, and comes back, unable to do anything: with one exception. Where
it comes back with a sealed bag, and nobody has begun the capture anew, `secure` takes the bag.

Losing a lease takes two steps, so that a clock that is set forward (or a machine that slept) takes
no capture from a living worker: a lease that ran out is doubted first, and has half as long again
in which one heartbeat is enough. A clock that is set back makes no lease endless: see `sweeping`.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from service.captures import clock
from service.captures.models import Attempt, Capture, Result, State
from service.captures.reports import verdicts_of
from service.captures.waits import due
from service.custody.kinds import Kind
from service.custody.recording import SYSTEM, Actor, record
from service.webhooks.events import notify
from service.webhooks.models import Event

LOST = "worker lost"
"""The reason of a capture whose worker ended without a word."""


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


_NOTHING_SECURED = asdict(Secured("", "", "", "", 0, {}, {}, {})) | {
    "object_size": None,
    "report": None,
}


def claim(capture: uuid.UUID, worker: str) -> Lease | None:
    """QUEUED -> CAPTURING, for `worker` alone; None where somebody was quicker."""
    with transaction.atomic():
        moment = clock.now()
        won = Capture.objects.filter(due(moment), pk=capture, state=State.QUEUED).update(
            state=State.CAPTURING,
            fence=F("fence") + 1,
            leased_by=worker,
            lease_until=_lease_end(moment),
            doubted=False,
            not_before=None,
            started=moment,
            finished=None,
            step="",
            reason="",
            explanation="",
        )
        if not won:
            return None
        lease = Lease(
            capture, Capture.objects.values_list("fence", flat=True).get(pk=capture), worker
        )
        Attempt.objects.create(
            capture_id=capture, number=lease.fence, worker=worker, started=moment
        )
        record(capture, Kind.START, lease.actor, {"attempt": lease.fence})
        return lease


def renew(lease: Lease, step: str | None = None) -> None:
    """A heartbeat: the lease holds for another while. Raises `LeaseLost`.

    Once the bag is secured there is nothing to renew: `keep` is for that.
    """
    changes: dict[str, Any] = {"lease_until": _lease_end(clock.now()), "doubted": False}
    if step is not None:
        changes["step"] = step
    renewed = _held(lease, State.CAPTURING).update(**changes)
    if not renewed and not _held(lease, State.STORING).exists():
        raise LeaseLost(_whose(lease))


def secure(lease: Lease, secured: Secured) -> None:
    """CAPTURING -> STORING: the sealed bag exists, and will be stored. Raises `LeaseLost`.

    Also from QUEUED or FAILED, where this worker was given up for lost and nobody has begun anew:
    its bag has turned up.
    """
    turned_up = Q(state__in=(State.QUEUED, State.FAILED), reason=LOST)
    with transaction.atomic():
        rows = _held(lease).filter(Q(state=State.CAPTURING) | turned_up)
        _change(
            lease,
            rows,
            state=State.STORING,
            step="storing",
            lease_until=_storing_end(clock.now()),
            doubted=False,
            not_before=None,
            finished=None,
            reason="",
            explanation="",
            **vars(secured),
        )


def keep(lease: Lease) -> None:
    """STORING goes on: the bag waits for the store in good hands. Raises `LeaseLost`."""
    _change(
        lease,
        _held(lease, State.STORING),
        lease_until=_storing_end(clock.now()),
        doubted=False,
    )


def seal(lease: Lease, object_key: str) -> None:
    """STORING -> SEALED: the bag is in the store, under `object_key`. Raises `LeaseLost`."""
    moment = clock.now()
    with transaction.atomic():
        _change(
            lease,
            _held(lease, State.STORING),
            state=State.SEALED,
            object_key=object_key,
            finished=moment,
            checked=moment,
            step="",
            lease_until=None,
        )
        capture = Capture.objects.get(pk=lease.capture)
        _end_attempt(lease, Result.SEALED, outcome=capture.outcome)
        hashes = {
            "statement_sha256": capture.statement_sha256,
            "object_sha256": capture.object_sha256,
        }
        record(lease.capture, Kind.SEAL, lease.actor, {**hashes, "outcome": capture.outcome})
        verdicts = verdicts_of(capture.report) if capture.report else None
        record(lease.capture, Kind.VERIFY, lease.actor, {**hashes, "verdicts": verdicts})
        notify(lease.capture, Event.SEALED)


def put_back(
    lease: Lease, result: Result, reason: str, explanation: str, wait_s: float = 0
) -> None:
    """CAPTURING or STORING -> QUEUED, for another attempt in `wait_s` seconds. Raises `LeaseLost`.

    `result` is what the attempt was: `AGAIN`, `TROUBLE` or `STOPPED`.
    """
    moment = clock.now()
    with transaction.atomic():
        _change(
            lease,
            _held(lease, State.CAPTURING, State.STORING),
            state=State.QUEUED,
            not_before=moment + timedelta(seconds=wait_s) if wait_s else None,
            waiting_since=moment,
            lease_until=None,
            step="",
            reason=reason,
            explanation=explanation,
            **_NOTHING_SECURED,
        )
        _end_attempt(lease, result, reason, explanation)
        record(lease.capture, Kind.RETRY, lease.actor, {"attempt": lease.fence, "reason": reason})


def fail(lease: Lease, reason: str, explanation: str) -> None:
    """CAPTURING -> FAILED: nothing could be sealed, and why. Raises `LeaseLost`."""
    with transaction.atomic():
        _change(
            lease,
            _held(lease, State.CAPTURING),
            state=State.FAILED,
            finished=clock.now(),
            lease_until=None,
            step="",
            reason=reason,
            explanation=explanation,
        )
        _end_attempt(lease, Result.FAILED, reason, explanation)
        record(lease.capture, Kind.FAIL, lease.actor, {"attempt": lease.fence, "reason": reason})
        notify(lease.capture, Event.FAILED)


def doubt() -> int:
    """Leases that ran out get their last chance; return how many."""
    moment = clock.now()
    return Capture.objects.filter(
        state__in=(State.CAPTURING, State.STORING), doubted=False, lease_until__lt=moment
    ).update(doubted=True, lease_until=moment + timedelta(seconds=settings.LEASE_S / 2))


def reclaim(capture: Capture, most_losses: int) -> bool:
    """CAPTURING or STORING -> QUEUED (or FAILED), for a lease that ran out twice; else False.

    A page that ends its worker again and again is given up after `most_losses` times.
    """
    lease = Lease(capture.pk, capture.fence, capture.leased_by)
    losses = attempts(capture.pk, Result.LOST) + 1
    given_up = losses >= most_losses
    explanation = (
        f"The worker stopped without a word, by itself or with its machine ({losses} of "
        f"{most_losses} times)."
    )
    moment = clock.now()
    with transaction.atomic():
        changed = (
            _held(lease, State.CAPTURING, State.STORING)
            .filter(doubted=True, lease_until__lt=moment)
            .update(
                state=State.FAILED if given_up else State.QUEUED,
                finished=moment if given_up else None,
                not_before=None,
                lease_until=None,
                step="",
                reason=LOST,
                explanation=explanation,
                **_NOTHING_SECURED,
            )
        )
        if not changed:
            return False
        _end_attempt(lease, Result.LOST, LOST, explanation)
        kind = Kind.FAIL if given_up else Kind.LOST
        record(capture.pk, kind, SYSTEM, {"attempt": capture.fence, "reason": LOST})
        if given_up:
            notify(capture.pk, Event.FAILED)
    return True


def cancel(capture: uuid.UUID, actor: Actor) -> bool:
    """QUEUED -> CANCELLED; False where it had begun already."""
    with transaction.atomic():
        changed = Capture.objects.filter(pk=capture, state=State.QUEUED).update(
            state=State.CANCELLED, finished=clock.now(), not_before=None
        )
        if changed:
            record(capture, Kind.CANCEL, actor)
    return bool(changed)


def attempts(capture: uuid.UUID, result: Result) -> int:
    """How many attempts at `capture` ended so."""
    return Attempt.objects.filter(capture=capture, result=result).count()


def _lease_end(moment: datetime) -> datetime:
    return moment + timedelta(seconds=settings.LEASE_S)


def _storing_end(moment: datetime) -> datetime:
    return moment + timedelta(seconds=settings.STORING_LEASE_S)


def _held(lease: Lease, *states: State) -> Any:
    rows = Capture.objects.filter(pk=lease.capture, fence=lease.fence, leased_by=lease.worker)
    return rows.filter(state__in=states) if states else rows


def _change(lease: Lease, rows: Any, **changes: Any) -> None:
    if not rows.update(**changes):
        raise LeaseLost(_whose(lease))


def _whose(lease: Lease) -> str:
    return f"capture {lease.capture} is no longer {lease.worker}'s"


def _end_attempt(
    lease: Lease, result: Result, reason: str = "", explanation: str = "", outcome: str = ""
) -> None:
    Attempt.objects.filter(capture_id=lease.capture, number=lease.fence).update(
        ended=clock.now(),
        result=result,
        reason=reason,
        explanation=explanation,
        outcome=outcome,
    )
