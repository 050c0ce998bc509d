"""The lease holds as long as the worker lives, and no longer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import InterfaceError
from pytest_django import Settings

from service.captures import states
from service.captures.models import Capture
from service.captures.states import Lease, LeaseLost
from tests.support.service_fixtures import Submit
from workers import heartbeat as module
from workers.heartbeat import heartbeat

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def _often(settings: Settings) -> None:
    settings.LEASE_S = 0.3


@pytest.fixture
def lease(machine: object, submit: Submit) -> Lease:
    found = states.claim(submit("a.example")[0].pk, "w")
    assert found is not None
    return found


def _beats(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None], enough: int
) -> threading.Event:
    """`act` is called at each beat with its number; set after `enough`."""
    counted, done = 0, threading.Event()

    def renew(lease: Lease, step: str | None = None) -> None:
        nonlocal counted
        counted += 1
        if counted >= enough:
            done.set()
        act(counted)
        states.renew(lease, step)

    monkeypatch.setattr(module, "renew", renew)
    return done


def test_it_beats_and_tells_the_step(lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _beats(monkeypatch, lambda _: None, 4)
    before = Capture.objects.get(pk=lease.capture).lease_until
    with heartbeat(lease, 60) as pulse:
        pulse.tell("sealing")
        assert done.wait(PATIENCE_S)
        assert not pulse.lost.is_set()
    after = Capture.objects.get(pk=lease.capture)
    assert before is not None
    assert after.lease_until is not None
    assert after.lease_until > before
    assert after.step == "sealing"


def test_a_database_that_is_away_is_asked_again(
    lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(beat: int) -> None:
        if beat < 4:
            raise InterfaceError("connection already closed")

    done = _beats(monkeypatch, away, 6)
    with heartbeat(lease, 60) as pulse:
        assert done.wait(PATIENCE_S)
        assert not pulse.lost.is_set()


@pytest.mark.parametrize("early", [True, False])
def test_where_the_lease_is_lost_the_capture_is_ended(
    lease: Lease, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    def lost(_: int) -> None:
        raise LeaseLost

    _beats(monkeypatch, lost, 1)
    ended = threading.Event()
    with heartbeat(lease, 60) as pulse:
        if early:
            assert pulse.lost.wait(PATIENCE_S)
        pulse.on_loss(ended.set)
        assert ended.wait(PATIENCE_S)
        assert pulse.lost.is_set()


def test_who_is_stuck_beats_no_more(lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    _beats(monkeypatch, beats.append, 1)
    with heartbeat(lease, 0.2):
        for thread in threading.enumerate():
            if thread.name == "heartbeat":
                thread.join(PATIENCE_S)
    assert 1 <= len(beats) < 10


def test_steps_in_quick_succession_are_one_beat(
    lease: Lease, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.LEASE_S = 60
    monkeypatch.setattr(module, "_STEPS_S", 2)
    told: list[str | None] = []
    first, second = threading.Event(), threading.Event()

    def renew(lease: Lease, step: str | None = None) -> None:
        told.append(step)
        (second if first.is_set() else first).set()

    monkeypatch.setattr(module, "renew", renew)
    with heartbeat(lease, 60) as pulse:
        assert first.wait(PATIENCE_S)
        for step in ("capturing", "sealing", "verifying"):
            pulse.tell(step)
        assert second.wait(PATIENCE_S)
    assert told == [None, "verifying"]
