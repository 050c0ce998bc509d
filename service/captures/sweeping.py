"""What a lost worker held is queued again, and the bell rings for whatever waits.

Any number of sweepers may run, in any rhythm: each step is conditional on what it finds.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from service.bell import ring
from service.captures import clock
from service.captures.models import Capture, Queue, State
from service.captures.queue import forget_hosts, startable
from service.captures.states import doubt, reclaim

MOST_LOSSES = 5
"""A page in whose capture the worker ended so often is given up."""
_BELLS = 32
_AT_ONCE = 500


def sweep() -> dict[str, int]:
    """Reclaim leases that ran out, ring for what may start; return how many of each."""
    shorten()
    doubted = doubt()
    expired = Capture.objects.filter(
        state__in=(State.CAPTURING, State.STORING), doubted=True, lease_until__lt=clock.now()
    )
    reclaimed = sum(reclaim(capture, MOST_LOSSES) for capture in expired[:_AT_ONCE])
    forget_hosts()
    rung = sum(_ring_for(queue) for queue in Queue)
    return {"doubted": doubted, "reclaimed": reclaimed, "rung": rung}


def shorten() -> int:
    """Leases that end later than any lease can were given before the clock was set back."""
    moment = clock.now()
    return sum(
        Capture.objects.filter(state=state, lease_until__gt=moment + longest).update(
            lease_until=moment + longest
        )
        for state, longest in (
            (State.CAPTURING, timedelta(seconds=settings.LEASE_S)),
            (State.STORING, timedelta(seconds=settings.STORING_LEASE_S)),
        )
    )


def _ring_for(queue: Queue) -> int:
    """Whoever hears it empties its outbox first, so what is being stored is rung for as well."""
    storing = Capture.objects.filter(state=State.STORING, queue=queue).count()
    times = min(startable([queue], _BELLS) + storing, _BELLS)
    ring(queue, times)
    return times
