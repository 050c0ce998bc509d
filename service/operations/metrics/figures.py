"""Each family of figures, its name and its labels.

A label never holds an address, a case or a person: only members of closed sets, and the names of
our own processes. Words from the database that belong to no closed set become ``other``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from service.captures.models import Capture, Queue, State
from service.evidence.fixity import Result
from service.operations import vitals
from service.operations.metrics.attempts import BOUNDS_S, Endings, Tally
from service.operations.models import Counter as Counted
from service.operations.models import Upkeep
from service.version import VERSION
from service.webhooks.models import Delivery

_WORD = re.compile(r"[a-z][a-z_ ]{0,39}")


class Figures(Collector):
    """Asks the database when it is collected; raises `DatabaseError` then."""

    def __init__(self) -> None:
        self._tally = Tally()

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield _gauge("info", "The version that answers.", ["version"], [([VERSION], 1)])
        yield from _queue()
        yield from _captures()
        yield from _of_attempts(self._tally.endings())
        yield from _fixity()
        yield from _webhooks()
        yield from _processes()
        yield from _upkeep()


def _queue() -> Iterator[Metric]:
    now = timezone.now()
    waiting = Capture.objects.filter(state=State.QUEUED)
    depth = dict(waiting.values_list("queue").annotate(Count("pk")).order_by())
    begins = waiting.annotate(begins=Coalesce("not_before", "submitted")).filter(begins__lte=now)
    due = begins.values_list("queue").annotate(Min("begins"))
    oldest = {queue: (now - first).total_seconds() for queue, first in due.order_by()}
    overdue = Capture.objects.filter(
        state__in=(State.CAPTURING, State.STORING), lease_until__lt=now
    ).count()
    yield _by_queue("queue_depth", "Captures that wait, those for a later time included.", depth)
    yield _by_queue("queue_oldest_seconds", "How long the first that could start waits.", oldest)
    yield _gauge(
        "leases_overdue", "Leases that ran out and were not swept up.", [], [([], overdue)]
    )


def _captures() -> Iterator[Metric]:
    found = dict(Capture.objects.values_list("state").annotate(Count("pk")).order_by())
    rows = [([state.value], found.get(state.value, 0)) for state in State]
    yield _gauge("captures", "Captures by their state now.", ["state"], rows)


def _of_attempts(endings: Endings) -> Iterator[Metric]:
    results: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[str] = Counter()
    for ending, number in endings.number.items():
        results[_word(ending.result), _word(ending.reason or "none")] += number
        if ending.result == "sealed":
            outcomes[_word(ending.outcome)] += number
    rows = [(list(key), number) for key, number in sorted(results.items())]
    yield _counter("attempts", "Attempts that ended, and why.", ["result", "reason"], rows)
    of_outcome = [([outcome], number) for outcome, number in sorted(outcomes.items())]
    yield _counter("captures_sealed", "Captures sealed, by outcome.", ["outcome"], of_outcome)
    yield _durations(endings)


def _durations(endings: Endings) -> Metric:
    family = HistogramMetricFamily(
        "holdfast_attempt_duration_seconds", "From lease to end.", labels=["result"]
    )
    limits = [*(str(float(bound)) for bound in BOUNDS_S), "+Inf"]
    slots: dict[str, list[int]] = {}
    seconds: Counter[str] = Counter()
    for ending, number in endings.number.items():
        result = _word(ending.result)
        slots.setdefault(result, [0] * len(limits))[ending.bound] += number
        seconds[result] += endings.seconds[ending]
    for result, numbers in sorted(slots.items()):
        sums = list(zip(limits, map(float, accumulate(numbers)), strict=True))
        family.add_metric([result], sums, seconds[result])
    return family


def _fixity() -> Iterator[Metric]:
    sealed = Capture.objects.filter(state=State.SEALED)
    found = dict(sealed.values_list("fixity").annotate(Count("pk")).order_by())
    rows = [([each.value], found.get(each.value, 0)) for each in Result]
    yield _gauge("fixity", "Stored bags by what was found last; see 'altered'.", ["result"], rows)
    first = sealed.aggregate(first=Min("checked"))["first"]
    age = (timezone.now() - first).total_seconds() if first else 0
    yield _gauge("fixity_oldest_check_seconds", "The bag not read for longest.", [], [([], age)])


def _webhooks() -> Iterator[Metric]:
    waiting = Delivery.objects.filter(delivered=None, given_up=None)
    first = waiting.aggregate(first=Min("created"))["first"]
    age = (timezone.now() - first).total_seconds() if first else 0
    given_up = Delivery.objects.exclude(given_up=None).count()
    yield _gauge("webhooks_waiting", "Messages to be delivered.", [], [([], waiting.count())])
    yield _gauge("webhooks_oldest_seconds", "The oldest of them.", [], [([], age)])
    yield _gauge("webhooks_given_up", "Messages that nobody took.", [], [([], given_up)])


def _processes() -> Iterator[Metric]:
    alive = vitals.alive()
    name = ["process"]
    yield _gauge("processes", "Workers and clocks that are alive.", [], [([], len(alive))])
    free = [([each.name], each.disk_free) for each in alive]
    yield _gauge("disk_free_bytes", "Room left in its data folder.", name, free)
    kept = [([each.name], each.outbox) for each in alive]
    yield _gauge("outbox_bags", "Sealed bags that wait for the store.", name, kept)
    lost = [([each.name], each.unclaimed) for each in alive]
    yield _gauge("unclaimed_bags", "Sealed bags that nobody asks for.", name, lost)
    for counted in Counted.objects.order_by("name"):
        yield _counter(_word(counted.name), "Since the beginning.", [], [([], counted.value)])


def _upkeep() -> Iterator[Metric]:
    now = timezone.now()
    rows = [
        ([_word(each.task)], (now - each.ended).total_seconds())
        for each in Upkeep.objects.order_by("task")
    ]
    yield _gauge("upkeep_age_seconds", "Since a task of the upkeep last ended.", ["task"], rows)


def _by_queue(name: str, words: str, found: dict[str, Any]) -> Metric:
    return _gauge(name, words, ["queue"], [([each.value], found.get(each, 0)) for each in Queue])


def _gauge(name: str, words: str, labels: list[str], rows: list[tuple[list[str], Any]]) -> Metric:
    family = GaugeMetricFamily(f"holdfast_{name}", words, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _counter(name: str, words: str, labels: list[str], rows: list[tuple[list[str], Any]]) -> Metric:
    family = CounterMetricFamily(f"holdfast_{name}", words, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else "other"
