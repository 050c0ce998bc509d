"""Whose turn it is."""

from __future__ import annotations

import inspect
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from pytest_django import Settings

from service.captures import queue, states
from service.captures.models import Capture, Host, Queue, Result, Turn
from service.captures.queue import claim_next, pause, seconds_to_next, startable
from service.captures.states import Lease
from service.cases.models import Case
from tests.service.captures.test_service_states import SECURED
from tests.support.databases import in_threads
from tests.support.service_fixtures import SetClock, Submit

BOTH = (Queue.CAPTURE, Queue.BULK)


@pytest.fixture(autouse=True)
def _no_hurry(settings: Settings) -> None:
    """Web sites want nothing, unless a test says so."""
    settings.HOST_DELAY_S = 0
    settings.HOST_CONCURRENCY = 100


def _next(queues: tuple[Queue, ...] = BOTH) -> Capture | None:
    lease = claim_next(queues, "w")
    return Capture.objects.get(pk=lease.capture) if lease else None


def _finish(capture: Capture | None) -> None:
    assert capture is not None
    lease = Lease(capture.pk, capture.fence, capture.leased_by)
    states.secure(lease, SECURED)
    states.seal(lease, "captures/x/1.zip")


def test_whoever_waits_goes_before_a_list(either: str, submit: Submit) -> None:
    submit("bulk.example", queue=Queue.BULK)
    (express,) = submit("express.example")
    assert _next() == express
    assert _next((Queue.CAPTURE,)) is None


def test_in_the_order_of_submission(either: str, submit: Submit, new_case: Any) -> None:
    case = new_case()
    captures = submit(*(f"{n}.example" for n in range(5)), case=case)
    assert [_next() for _ in range(5)] == captures
    assert _next() is None


def test_cases_take_turns(either: str, submit: Submit, new_case: Callable[[], Case]) -> None:
    long, short, late = new_case(), new_case(), new_case()
    submit(*(f"{n}.long.example" for n in range(10)), case=long)
    submit(*(f"{n}.short.example" for n in range(2)), case=short)
    order = []
    for number in range(9):
        if number == 4:
            submit("late.example", case=late)
        capture = _next()
        _finish(capture)
        assert capture is not None
        order.append(capture.case)
    assert order[:4] == [long, short, long, short]
    assert order[4] == late
    assert set(order[5:]) == {long}


def test_turns_do_not_hang_on_a_clock(
    either: str, submit: Submit, new_case: Callable[[], Case], time: SetClock
) -> None:
    """A clock that is set back by an hour makes nobody wait for an hour."""
    first, second = new_case(), new_case()
    for case in (first, second):
        submit(*(f"{n}.example" for n in range(6)), case=case)
    order = []
    for number in range(8):
        if number == 4:
            time.advance(-3_600)
        capture = _next()
        _finish(capture)
        assert capture is not None
        order.append(capture.case)
    assert order == [first, second] * 4


def test_a_case_that_runs_much_waits_for_one_that_runs_nothing(
    either: str, submit: Submit, new_case: Callable[[], Case]
) -> None:
    busy, idle = new_case(), new_case()
    submit(*(f"{n}.busy.example" for n in range(5)), case=busy)
    assert [_next() for _ in range(3)]
    Turn.objects.create(case=idle, number=1_000)  # served last of all, and yet
    (waiting,) = submit("idle.example", case=idle)
    assert _next() == waiting


def test_a_case_at_a_busy_web_site_holds_up_nobody(
    either: str, submit: Submit, settings: Settings, new_case: Callable[[], Case]
) -> None:
    settings.HOST_CONCURRENCY = 1
    first = new_case()
    submit(*["busy.example"] * 50, "free.example", case=first)
    submit(*["busy.example"] * 3)
    taken = [_next(), _next(), _next()]
    assert [each.host if each else None for each in taken] == ["busy.example", "free.example", None]
    _finish(taken[0])
    again = _next()
    assert again is not None
    assert (again.host, again.case == first) == ("busy.example", False)


def test_so_many_of_a_web_site_at_a_time(either: str, submit: Submit, settings: Settings) -> None:
    settings.HOST_CONCURRENCY = 2
    submit(*["a.example"] * 4)
    first, second, third = _next(), _next(), _next()
    assert first is not None
    assert second is not None
    assert third is None
    assert startable(BOTH) == 0
    assert seconds_to_next(BOTH) is None  # the end of one of them rings
    _finish(first)
    assert startable(BOTH, 10) == 2


def test_a_pause_between_two_starts_at_a_web_site(
    either: str, submit: Submit, settings: Settings, time: SetClock
) -> None:
    settings.HOST_DELAY_S = 10
    submit("a.example", "a.example", "b.example")
    assert [each.host if each else None for each in (_next(), _next(), _next())] == [
        *("a.example", "b.example", None),
    ]
    assert seconds_to_next(BOTH) == pytest.approx(10)
    time.advance(9)
    assert _next() is None
    time.advance(1.01)
    assert _next() is not None


def test_also_between_two_attempts(
    either: str, submit: Submit, settings: Settings, time: SetClock
) -> None:
    settings.HOST_DELAY_S = 10
    submit("a.example")
    lease = claim_next(BOTH, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "timed out", "", 1)
    time.advance(2)
    assert _next() is None
    time.advance(9)
    assert _next() is not None


def test_a_web_site_that_asks_for_it_is_left_alone(
    either: str, submit: Submit, time: SetClock
) -> None:
    submit("a.example", "a.example")
    submit("b.example")
    pause("a.example", 120)
    pause("a.example", 5)  # a shorter wish does not undo a longer one
    capture = _next()
    assert capture is not None
    assert capture.host == "b.example"
    assert _next() is None
    assert seconds_to_next(BOTH) == pytest.approx(120)
    time.advance(121)
    assert _next() is not None


@pytest.mark.parametrize("jump_s", [-3_600, -30 * 86_400])
def test_a_clock_that_is_set_back_stops_nothing(
    either: str, submit: Submit, time: SetClock, jump_s: float
) -> None:
    waiting, resting, fresh = submit("a.example", "b.example", "c.example")
    lease = states.claim(waiting.pk, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "timed out", "", 600)
    pause("b.example", 600)
    assert startable(BOTH, 10) == 1
    time.advance(jump_s)
    assert startable(BOTH, 10) == 3
    assert seconds_to_next(BOTH) == 0
    assert {_next(), _next(), _next()} == {waiting, resting, fresh}


def test_how_long_until_the_next(either: str, submit: Submit, time: SetClock) -> None:
    """The soonest of all, whoever holds it up: itself, or its web site."""
    assert seconds_to_next(BOTH) is None
    own, _ = submit("a.example", "b.example")
    lease = states.claim(own.pk, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "timed out", "", 5)
    pause("b.example", 30)
    assert seconds_to_next(BOTH) == pytest.approx(5)
    pause("a.example", 10)
    assert seconds_to_next(BOTH) == pytest.approx(10)
    pause("a.example", 60)
    assert seconds_to_next(BOTH) == pytest.approx(30)
    assert seconds_to_next((Queue.BULK,)) is None
    submit("c.example")
    assert seconds_to_next(BOTH) == 0


def test_web_sites_are_forgotten_after_a_day(either: str, submit: Submit, time: SetClock) -> None:
    submit("a.example", "b.example")
    assert _next()
    time.advance(86_000)
    assert _next()
    time.advance(3_600)
    assert queue.forget_hosts() == 1
    assert Host.objects.get().name == "b.example"


def test_many_workers_take_each_capture_once(either: str, submit: Submit) -> None:
    captures = submit(*(f"{n}.example" for n in range(24)))

    def work(name: str) -> list[Lease]:
        taken = []
        while (lease := claim_next(BOTH, name)) is not None:
            taken.append(lease)
        return taken

    results = in_threads(*(lambda n=n: work(f"w{n}") for n in range(6)))
    assert all(isinstance(each, list) for each in results), results
    leases = [lease for each in results if isinstance(each, list) for lease in each]
    assert Counter(lease.capture for lease in leases) == Counter(each.pk for each in captures)
    assert {lease.fence for lease in leases} == {1}


class _AllHaveCounted:
    """In the place of the settings: whoever asks for the limit has counted what runs, and waits
    until the others have as well (SQLite lets only one count at a time: then for a moment)."""

    HOST_DELAY_S = 0

    def __init__(self, workers: int) -> None:
        self._barrier = threading.Barrier(workers)

    @property
    def HOST_CONCURRENCY(self) -> int:  # noqa: N802
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(0.5)
        return 1


def _rush(captures: list[Capture]) -> list[Lease]:
    """Each worker takes another capture of the same web site, all at once."""
    chosen = threading.local()

    def work(capture: Capture) -> Lease | None:
        chosen.capture = capture
        return queue._claim_from(Queue.CAPTURE, f"worker of {capture.pk}")

    with (
        patch.object(queue, "_candidates", lambda _: [chosen.capture]),
        patch.object(queue, "settings", _AllHaveCounted(len(captures))),
    ):
        results = in_threads(*(lambda each=each: work(each) for each in captures))
    assert not [each for each in results if isinstance(each, Exception)], results
    return [each for each in results if isinstance(each, Lease)]


def test_a_rush_does_not_exceed_the_limit(either: str, submit: Submit) -> None:
    captures = submit(*["a.example"] * 4)
    Host.objects.create(name="a.example")
    assert len(_rush(captures)) == 1


def test_control_without_the_turn_a_rush_exceeds_the_limit(
    either: str, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`queue.take_turn` as it is, but for `turn`, which others may have taken meanwhile."""
    source = inspect.getsource(queue.take_turn)
    assert source.count(", turn=host.turn") == 1
    without: dict[str, Any] = {}
    exec(source.replace(", turn=host.turn", ""), vars(queue), without)  # noqa: S102
    monkeypatch.setattr(queue, "take_turn", without["take_turn"])
    captures = submit(*["a.example"] * 4)
    Host.objects.create(name="a.example")
    # SQLite lets only one transaction write at a time: there the turn is a second guard.
    assert len(_rush(captures)) == (4 if either == "postgresql" else 1)
