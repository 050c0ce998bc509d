"""Whose turn it is: who waits before who does not, every case its turn, no web site in a hurry.

All of it is decided in the database, in the transaction of the claim: what Redis forgets, or a
worker that dies takes with it, cannot make us impolite or unfair (docs/adr/0012).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case as Choice
from django.db.models import F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from service.captures import clock
from service.captures.models import Capture, Host, Queue, State, Turn
from service.captures.states import Lease, claim
from service.captures.waits import due, resting
from service.profiles.models import Profile, Stage

_CASES_AT_ONCE = 10
"""So many cases are tried before a claim gives up, each time another worker was quicker."""


class TurnLost(Exception):
    """Somebody else was let in to the web site in the same moment."""


def claim_next(queues: Sequence[Queue], worker: str) -> Lease | None:
    """The lease of the next capture of the first queue that has one; None if none may start now."""
    for queue in queues:
        lease = _claim_from(queue, worker)
        if lease is not None:
            return lease
    return None


def startable(queues: Sequence[Queue], most: int = 1) -> int:
    """How many captures of these queues may start now, counted up to `most`."""
    return len(_may_start(queues, clock.now()).values("pk")[:most])


def seconds_to_next(queues: Sequence[Queue]) -> float | None:
    """How long until the next capture of these queues may start; None if none waits.

    A web site at its limit of concurrent captures is not counted: its end rings the bell.
    """
    moment = clock.now()
    waiting = Capture.objects.filter(state=State.QUEUED, queue__in=queues)
    own_wait = Choice(When(due(moment), then=Value(moment)), default=F("not_before"))
    firsts = (
        waiting.exclude(host__in=_full_hosts())
        .annotate(ready=own_wait)
        .values("host")
        .annotate(first=Min("ready"))
        .order_by()
        .values_list("host", "first")
    )
    pauses = dict(Host.objects.filter(resting(moment)).values_list("name", "next_at"))
    times = [max(first, pauses.get(host, first)) for host, first in firsts]
    return max((min(times) - moment).total_seconds(), 0) if times else None


def pause(host: str, for_s: float) -> None:
    """Ask nothing of `host` for so long, as it wished (Retry-After, RFC 9110 §10.2.3)."""
    moment = clock.now()
    until = moment + timedelta(seconds=for_s)
    Host.objects.get_or_create(name=host, defaults={"since": moment, "next_at": moment})
    shorter = Q(next_at__lt=until) | Q(since__gt=moment)
    Host.objects.filter(shorter, name=host).update(since=moment, next_at=until)


def forget_hosts() -> int:
    """Remove web sites that nothing was asked of for a day; return how many."""
    gone, _ = Host.objects.filter(next_at__lt=clock.now() - timedelta(days=1)).delete()
    return gone


def _claim_from(queue: Queue, worker: str) -> Lease | None:
    for capture in _candidates(queue):
        try:
            with transaction.atomic():
                take_turn(capture.host)
                return _claim(capture, worker)
        except TurnLost:
            continue
    return None


def _claim(capture: Capture, worker: str) -> Lease:
    lease = claim(capture.pk, worker)
    if lease is None:
        raise TurnLost
    last = Turn.objects.aggregate(last=Max("number"))["last"] or 0
    Turn.objects.update_or_create(case_id=capture.case_id, defaults={"number": last + 1})
    return lease


def _candidates(queue: Queue) -> list[Capture]:
    """The first capture that may start of each case.

    First the cases of which fewest captures run, among them the one that was served longest ago.
    """
    may_start = _may_start([queue], clock.now())
    cases = list(
        may_start.values("case")
        .annotate(first=Min("sequence"), turn=Coalesce(Max("case__turn__number"), 0))
        .order_by()
        .values_list("case", "first", "turn")
    )
    if not cases:
        return []
    running = Counter(Capture.objects.filter(state=State.CAPTURING).values_list("case", flat=True))
    cases.sort(key=lambda each: (running[each[0]], each[2], each[1]))
    found = (_first(may_start, case, first) for case, first, _ in cases[:_CASES_AT_ONCE])
    return [capture for capture in found if capture is not None]


def _first(may_start: QuerySet[Capture], case: uuid.UUID, sequence: int) -> Capture | None:
    return may_start.filter(case=case, sequence=sequence).order_by("pk").first()


def _may_start(queues: Sequence[Queue], moment: datetime) -> QuerySet[Capture]:
    at_rest = Host.objects.filter(resting(moment)).values("name")
    return (
        Capture.objects.filter(due(moment), state=State.QUEUED, queue__in=queues)
        .exclude(host__in=_full_hosts())
        .exclude(host__in=at_rest)
    )


def _full_hosts() -> list[str]:
    """Web sites of which as many captures run as may."""
    visits = Counter(Capture.objects.filter(state=State.CAPTURING).values_list("host", flat=True))
    visits.update(_timelines().values_list("host", flat=True))
    return [host for host, count in visits.items() if count >= settings.HOST_CONCURRENCY]


def _timelines() -> QuerySet[Profile]:
    """Profiles whose timeline is being read: each is a visit to its web site."""
    return Profile.objects.filter(state=Stage.READING).exclude(lease_until=None)


def may_be_asked(host: str) -> bool:
    """Whether a visit to `host` may begin now, as far as can be seen without taking its turn."""
    is_at_rest = Host.objects.filter(resting(clock.now()), name=host).exists()
    return not is_at_rest and host not in _full_hosts()


def take_turn(name: str) -> None:
    """Take the web site's turn; `turn` makes sure that what was counted still holds.

    Raises `TurnLost`; to be called in the transaction that begins the visit.
    """
    moment = clock.now()
    host, _ = Host.objects.get_or_create(name=name, defaults={"since": moment, "next_at": moment})
    visits = Capture.objects.filter(state=State.CAPTURING, host=name).count()
    visits += _timelines().filter(host=name).count()
    if visits >= settings.HOST_CONCURRENCY:
        raise TurnLost
    taken = (
        Host.objects.filter(name=name, turn=host.turn)
        .exclude(resting(moment))
        .update(
            turn=F("turn") + 1,
            since=moment,
            next_at=moment + timedelta(seconds=settings.HOST_DELAY_S),
        )
    )
    if not taken:
        raise TurnLost
