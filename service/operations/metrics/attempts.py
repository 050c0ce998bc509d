"""What came of all attempts so far, and how long they took.

Attempts are never deleted, and once ended they do not change. So those that ended long ago are
counted once in a process's life; only the young ones are counted again each time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import (
    Case,
    Count,
    DurationField,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils import timezone

from service.captures.models import Attempt

BOUNDS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 900)
"""Upper bounds of the histogram, in seconds; what took longer is counted above them."""
_SETTLED = timedelta(hours=1)
"""No row older than this appears late, from a transaction that was slow to commit."""


@dataclass(frozen=True)
class Ending:
    """How an attempt ended; `bound` is the place in `BOUNDS_S` of its duration."""

    result: str
    reason: str
    outcome: str
    bound: int


@dataclass
class Endings:
    """How often each ending came, and the seconds that those attempts took together."""

    number: Counter[Ending] = field(default_factory=Counter)
    seconds: Counter[Ending] = field(default_factory=Counter)

    def __add__(self, other: Endings) -> Endings:
        return Endings(self.number + other.number, self.seconds + other.seconds)


class Tally:
    """Made once a process; `endings` brings it up to date."""

    def __init__(self) -> None:
        self._settled = Endings()
        self._up_to = 0

    def endings(self) -> Endings:
        """All endings so far. Raises `DatabaseError`."""
        young = Attempt.objects.filter(pk__gt=self._up_to)
        up_to = _last_settled(young)
        if up_to is not None:
            self._settled += _endings(young.filter(pk__lte=up_to))
            self._up_to = up_to
            young = Attempt.objects.filter(pk__gt=up_to)
        return self._settled + _endings(young)


def _last_settled(attempts: QuerySet[Attempt]) -> int | None:
    """Up to this number every one has ended, and none can appear any more; None for no number."""
    is_open = Q(ended=None) | Q(started__gte=timezone.now() - _SETTLED)
    first_open: int | None = attempts.filter(is_open).aggregate(n=Min("pk"))["n"]
    settled = attempts if first_open is None else attempts.filter(pk__lt=first_open)
    last: int | None = settled.aggregate(n=Max("pk"))["n"]
    return last


def _endings(attempts: QuerySet[Attempt]) -> Endings:
    ended = attempts.exclude(ended=None).annotate(bound=_bound())
    took = Sum(F("ended") - F("started"), output_field=DurationField())
    groups = ended.values_list("result", "reason", "outcome", "bound")
    rows = groups.annotate(number=Count("pk"), took=took)
    found = Endings()
    for result, reason, outcome, bound, number, duration in rows.order_by():
        ending = Ending(result, reason, outcome, bound)
        found.number[ending] += number
        found.seconds[ending] += duration.total_seconds()
    return found


def _bound() -> Case:
    """The place of an attempt's duration among the bounds, decided by the database."""
    places = [
        When(ended__lte=F("started") + timedelta(seconds=bound), then=Value(place))
        for place, bound in enumerate(BOUNDS_S)
    ]
    return Case(*places, default=Value(len(BOUNDS_S)), output_field=IntegerField())
