"""Whose turn it is: who waits before who does not, every case its turn, no web site in a hurry.

All of it is decided in the database, in the transaction of the claim: what Redis forgets, or a
worker that dies takes with it, cannot make us impolite or unfair (docs/adr/0010).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from service.captures.models import Capture, Host, Queue, State
from service.captures.states import Lease, claim
from service.cases.models import Case


class _TurnLost(Exception):
    """Somebody else was let in to the web site in the same moment."""


def claim_next(queues: Sequence[Queue], worker: str) -> Lease | None:
    """The lease of the next capture of the first queue that has one; None if none may start now."""
    for queue in queues:
        lease = _claim_from(queue, worker)
        if lease is not None:
            return lease
    return None


def soonest(queues: Sequence[Queue]) -> datetime | None:
    """When the next capture of these queues may start at the earliest; None if none waits.

    A web site at its limit of concurrent captures is not counted: its end rings the bell.
    """
    waiting = Capture.objects.filter(state=State.QUEUED, queue__in=queues)
    free = waiting.exclude(host__in=_full_hosts())
    first: datetime | None = free.aggregate(first=Min("not_before"))["first"]
    if first is None:
        return None
    names = free.filter(not_before__lte=timezone.now()).values_list("host", flat=True).distinct()
    pauses = dict(Host.objects.filter(name__in=names[:500]).values_list("name", "next_at"))
    times = [max(first, pauses[name]) if name in pauses else first for name in names[:500]]
    return min(times) if times else first


def pause(host: str, until: datetime) -> None:
    """Ask nothing of `host` before `until`, as it wished (Retry-After, RFC 9110 §10.2.3)."""
    Host.objects.get_or_create(name=host)
    Host.objects.filter(name=host, next_at__lt=until).update(next_at=until)


def _claim_from(queue: Queue, worker: str) -> Lease | None:
    for capture in _candidates(queue):
        try:
            with transaction.atomic():
                _let_in(capture.host)
                return _claim(capture, worker)
        except _TurnLost:
            continue
    return None


def _claim(capture: Capture, worker: str) -> Lease:
    lease = claim(capture.pk, worker)
    if lease is None:
        raise _TurnLost
    Case.objects.filter(pk=capture.case_id).update(served=timezone.now())
    return lease


def _candidates(queue: Queue) -> list[Capture]:
    """The first capture that may start of each case, the least served case first."""
    now = timezone.now()
    may_start = Capture.objects.filter(
        state=State.QUEUED, queue=queue, not_before__lte=now
    ).exclude(host__in=[*_full_hosts(), *_resting_hosts(now)])
    firsts = dict(may_start.values_list("case").annotate(Min("sequence")).order_by())
    if not firsts:
        return []
    cases = (
        Case.objects.filter(pk__in=list(firsts))
        .annotate(
            running=Count("captures", filter=Q(captures__state=State.CAPTURING)),
        )
        .order_by("running", "served")
        .values_list("pk", flat=True)[:10]
    )
    return [_first(may_start, case, firsts[case]) for case in cases]


def _first(may_start: QuerySet[Capture], case: uuid.UUID, sequence: int) -> Capture:
    return may_start.filter(case=case, sequence=sequence).order_by("pk")[0]


def _full_hosts() -> list[str]:
    """Web sites of which as many captures run as may."""
    running = Capture.objects.filter(state=State.CAPTURING).values("host").annotate(n=Count("pk"))
    return list(
        running.filter(n__gte=settings.HOST_CONCURRENCY).order_by().values_list("host", flat=True)
    )


def _resting_hosts(now: datetime) -> list[str]:
    return list(Host.objects.filter(next_at__gt=now).values_list("name", flat=True))


def _let_in(name: str) -> None:
    """Take the web site's turn; `turn` makes sure that what was counted still holds."""
    now = timezone.now()
    host, _ = Host.objects.get_or_create(name=name, defaults={"next_at": now})
    running = Capture.objects.filter(state=State.CAPTURING, host=name).count()
    if running >= settings.HOST_CONCURRENCY:
        raise _TurnLost
    taken = Host.objects.filter(name=name, turn=host.turn, next_at__lte=now).update(
        turn=F("turn") + 1, next_at=now + timedelta(seconds=settings.HOST_DELAY_S)
    )
    if not taken:
        raise _TurnLost
