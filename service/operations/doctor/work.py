"""Whether the work is being done: workers, the clock process, the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from service.captures.models import Attempt, Capture, State
from service.operations import vitals
from service.operations.doctor.finding import Finding, well, wrong
from service.version import VERSION

_SWEEP_LATE_S = 60.0
_STUCK = timedelta(minutes=15)
_OVERDUE = timedelta(minutes=2)


def look() -> Iterator[Finding]:
    """Findings on the processes and the queue."""
    names = [process.name for process in vitals.alive()]
    clocks = [name for name in names if name.startswith("beat@")]
    yield _workers(len(names) - len(clocks))
    yield _clocks(len(clocks))
    yield _versions()
    yield _queue()
    yield _leases()


def _workers(number: int) -> Finding:
    if not number:
        return wrong(
            "workers",
            "none is alive: nothing is captured",
            "Start one: holdfast worker (holdfast serve starts them itself).",
        )
    return well("workers", f"{number} alive")


def _clocks(number: int) -> Finding:
    age = vitals.age_of("sweep")
    if not number or age is None or age > _SWEEP_LATE_S:
        last = "never" if age is None else f"{age:.0f} s ago"
        return wrong(
            "clock process",
            f"{number} alive, the last sweep was {last}: what lost workers held stays lost",
            "Start it: holdfast beat",
        )
    if number > 1:
        return wrong("clock process", f"{number} are alive", "Run only one: the others do harm.")
    return well("clock process", f"alive, the last sweep was {age:.0f} s ago")


def _versions() -> Finding:
    others = sorted({each.version for each in vitals.alive()} - {VERSION})
    if others:
        return wrong(
            "versions",
            f"this is {VERSION}, but processes of {', '.join(others)} are at work",
            "Stop all, migrate, and start all in the same version.",
        )
    return well("versions", VERSION)


def _queue() -> Finding:
    """Stuck is: something could have started long ago, and nothing at all has started since."""
    long_ago = timezone.now() - _STUCK
    queued = Capture.objects.filter(state=State.QUEUED)
    due = queued.annotate(begins=Coalesce("not_before", "submitted")).filter(begins__lt=long_ago)
    if due.exists() and not Attempt.objects.filter(started__gte=long_ago).exists():
        return wrong(
            "queue",
            f"{due.count()} captures wait for more than {_STUCK.seconds // 60} minutes, and none "
            "has started meanwhile",
            "Look at the workers and at the broker.",
        )
    waiting = Capture.objects.filter(state=State.QUEUED).count()
    return well("queue", f"{waiting} waiting")


def _leases() -> Finding:
    overdue = Capture.objects.filter(
        state__in=(State.CAPTURING, State.STORING), lease_until__lt=timezone.now() - _OVERDUE
    ).count()
    if overdue:
        return wrong(
            "leases",
            f"{overdue} captures are with workers that have been silent for long",
            "Start the clock process, which gives them to others: holdfast beat",
        )
    return well("leases", "none overdue")
