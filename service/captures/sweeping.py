"""What a lost worker held is queued again, and the bell rings for whatever waits."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from service.bell import ring
from service.captures.models import Capture, Queue, State
from service.captures.states import reclaim

MOST_LOSSES = 5
"""A page in whose capture the worker ended so often is given up."""
_BELLS = 32


def sweep() -> dict[str, int]:
    """Reclaim leases that ran out, ring for what is due; return how many of each."""
    now = timezone.now()
    expired = Capture.objects.filter(
        state__in=(State.CAPTURING, State.STORING), lease_until__lt=now
    )
    reclaimed = sum(reclaim(capture, MOST_LOSSES) for capture in expired[:500])
    rung = sum(_ring_for(queue, now) for queue in Queue)
    if Capture.objects.filter(state=State.STORING).exists():  # perhaps in an outbox: see workers
        ring(Queue.CAPTURE)
        ring(Queue.BULK)
    return {"reclaimed": reclaimed, "rung": rung}


def _ring_for(queue: Queue, now: datetime) -> int:
    due = Capture.objects.filter(state=State.QUEUED, queue=queue, not_before__lte=now)
    times = min(due.count(), _BELLS)
    ring(queue, times)
    return times
