"""Signs of life: who is at work, which upkeep was done, what happened how often.

They stand in the database, so that they outlive the process that they tell of, and whoever asks
(`doctor`, `metrics`) sees those of every machine.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from service.operations.models import Counter, Process, Upkeep
from service.version import VERSION

BEAT_S = 15.0
"""Seconds between two signs of life of a process."""
ALIVE_S = 60.0
"""Seconds after its last sign of life at which a process counts as gone."""
BROWSER_STARTS = "browser_starts"
BROWSER_RESTARTS = "browser_restarts"
_FORGOTTEN = timedelta(days=1)


def seen(name: str, *, disk_free: int, outbox: int, unclaimed: int) -> None:
    """The process `name` is at work. Raises `DatabaseError`."""
    now = timezone.now()
    Process.objects.update_or_create(
        name=name,
        defaults={
            "version": VERSION,
            "seen": now,
            "disk_free": disk_free,
            "outbox": outbox,
            "unclaimed": unclaimed,
        },
    )
    Process.objects.filter(seen__lt=now - _FORGOTTEN).delete()


def gone(name: str) -> None:
    """The process `name` has ended as it should. Raises `DatabaseError`."""
    Process.objects.filter(name=name).delete()


def done(task: str, took_s: float) -> None:
    """A task of the upkeep has come to its end. Raises `DatabaseError`."""
    facts = {"ended": timezone.now(), "took_s": took_s}
    Upkeep.objects.update_or_create(task=task, defaults=facts)


def count(name: str, by: int = 1) -> None:
    """Something happened `by` times more. Raises `DatabaseError`."""
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(value=F("value") + by)


def alive() -> list[Process]:
    """The processes that gave a sign of life just now. Raises `DatabaseError`."""
    since = timezone.now() - timedelta(seconds=ALIVE_S)
    return list(Process.objects.filter(seen__gte=since).order_by("name"))


def age_of(task: str) -> float | None:
    """Seconds since `task` last ended; None where it never did. Raises `DatabaseError`."""
    row = Upkeep.objects.filter(task=task).first()
    return (timezone.now() - row.ended).total_seconds() if row else None
