"""What a lost worker held is queued again; a living one keeps it, whatever the clock does."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from service.captures import states, sweeping
from service.captures.models import Capture, Host, Queue, Result, State
from service.captures.states import Lease, LeaseLost
from service.captures.sweeping import sweep
from service.custody.chain import faults
from service.custody.recording import history
from tests.service.captures.test_service_states import SECURED
from tests.support.service_fixtures import SetClock, Submit


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often the bell was rung for each queue."""
    heard: dict[str, int] = {}
    monkeypatch.setattr(
        sweeping, "ring", lambda queue, times: heard.update({queue: heard.get(queue, 0) + times})
    )
    return heard


@pytest.fixture(autouse=True)
def _lease(settings: Settings, rung: dict[str, int]) -> None:
    settings.LEASE_S = 60
    settings.STORING_LEASE_S = 600


def _claimed(submit: Submit) -> tuple[Capture, Lease]:
    (capture,) = submit("a.example")
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    return capture, lease


def _state(capture: Capture) -> str:
    capture.refresh_from_db()
    return capture.state


def test_a_lost_worker_is_doubted_and_then_given_up(
    either: str, submit: Submit, time: SetClock
) -> None:
    capture, lease = _claimed(submit)
    time.advance(59)
    assert sweep()["doubted"] == 0
    time.advance(2)
    assert sweep()["doubted"] == 1
    time.advance(29)
    assert sweep()["reclaimed"] == 0
    time.advance(2)
    assert sweep()["reclaimed"] == 1
    assert _state(capture) == State.QUEUED
    assert capture.attempts.get().result == Result.LOST
    assert [each["kind"] for each in history(capture.pk)] == ["submit", "start", "lost"]
    assert faults(history(capture.pk)) == []
    with pytest.raises(LeaseLost):
        states.renew(lease)


def test_one_beat_ends_the_doubt(either: str, submit: Submit, time: SetClock) -> None:
    capture, lease = _claimed(submit)
    time.advance(61)
    sweep()
    time.advance(10)
    states.renew(lease)
    time.advance(59)
    assert sweep() == {"doubted": 0, "reclaimed": 0, "rung": 0}
    assert _state(capture) == State.CAPTURING


@pytest.mark.parametrize("jump_s", [3_600, 30 * 86_400])
@pytest.mark.parametrize("storing", [False, True])
def test_a_clock_set_forward_takes_nothing_from_a_living_worker(
    either: str, submit: Submit, time: SetClock, jump_s: float, storing: bool
) -> None:
    capture, lease = _claimed(submit)
    if storing:
        states.secure(lease, SECURED)
    time.advance(jump_s)
    sweep()
    time.advance(20)  # it beats three times a lease
    (states.keep if storing else states.renew)(lease)
    time.advance(20)
    sweep()
    assert _state(capture) == (State.STORING if storing else State.CAPTURING)


def test_control_without_the_doubt_it_would(either: str, submit: Submit, time: SetClock) -> None:
    capture, _ = _claimed(submit)
    Capture.objects.update(doubted=True)
    time.advance(3_600)
    sweep()
    assert _state(capture) == State.QUEUED


def test_a_clock_set_back_makes_no_lease_endless(
    either: str, submit: Submit, time: SetClock
) -> None:
    capture, _ = _claimed(submit)
    time.advance(-86_400)
    for _ in range(3):
        sweep()
        time.advance(61)
    assert _state(capture) == State.QUEUED


def test_control_without_the_shortening_it_would_last_a_day(
    either: str, submit: Submit, time: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "shorten", lambda: 0)
    capture, _ = _claimed(submit)
    time.advance(-86_400)
    for _ in range(3):
        sweep()
        time.advance(61)
    assert _state(capture) == State.CAPTURING


def test_a_machine_with_a_sealed_bag_has_longer(
    either: str, submit: Submit, time: SetClock
) -> None:
    capture, lease = _claimed(submit)
    states.secure(lease, SECURED)
    time.advance(590)
    sweep()
    states.keep(lease)
    time.advance(590)
    sweep()
    assert _state(capture) == State.STORING
    time.advance(20)
    sweep()
    time.advance(31)
    sweep()
    assert _state(capture) == State.QUEUED


def test_the_bell_rings_for_what_may_start_and_what_is_being_stored(
    either: str, submit: Submit, time: SetClock, rung: dict[str, int]
) -> None:
    submit(*(f"{n}.example" for n in range(3)), queue=Queue.BULK)
    submit("resting.example", "waiting.example", "storing.example")
    Host.objects.create(name="resting.example", since=time(), next_at=time().replace(year=2100))
    for host, act in (
        ("waiting.example", lambda x: states.put_back(x, Result.AGAIN, "", "", 60)),
        ("storing.example", lambda x: states.secure(x, SECURED)),
    ):
        lease = states.claim(Capture.objects.get(host=host).pk, "w")
        assert lease is not None
        act(lease)
    assert sweep()["rung"] == 4
    assert rung == {Queue.BULK: 3, Queue.CAPTURE: 1}
    time.advance(61)
    sweep()
    assert rung[Queue.CAPTURE] == 3


def test_a_long_queue_does_not_ring_for_each(
    either: str, submit: Submit, rung: dict[str, int]
) -> None:
    submit(*(f"{n}.example" for n in range(100)), queue=Queue.BULK)
    sweep()
    assert rung[Queue.BULK] == 32
