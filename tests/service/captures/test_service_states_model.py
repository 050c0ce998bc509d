"""Any order of events, at any time, with leases old and new, against a model in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from service.captures import states, sweeping
from service.captures.models import UNFINISHED, Capture, Result, State
from service.captures.states import Lease, LeaseLost
from service.custody.chain import faults
from service.custody.recording import SYSTEM, history
from tests.service.captures.test_service_states import SECURED
from tests.support.service_fixtures import SetClock, Submit

LEASE_S, STORING_S, WAIT_S = 60, 600, 100


@dataclass
class Model:
    """What the capture should be, by the words of `states`; times in seconds."""

    state: State = State.QUEUED
    lease: Lease | None = None  # the last one given
    ends: float = 0
    doubted: bool = False
    may_start: float = 0
    waits_since: float = 0
    is_lost: bool = False
    losses: int = 0
    leases: list[Lease] = field(default_factory=list)

    def holds(self, lease: Lease) -> bool:
        return self.lease == lease

    def is_due(self, now: float) -> bool:
        return self.may_start <= now or self.waits_since > now


class Machine(RuleBasedStateMachine):
    """One capture after another; `submit` and `clock` are those of the test's database."""

    submit: ClassVar[Submit]
    clock: ClassVar[SetClock]
    start: ClassVar[datetime]

    def __init__(self) -> None:
        super().__init__()
        self.clock.time = self.start
        (self.capture,) = self.submit("a.example")
        self.model = Model()

    @property
    def now(self) -> float:
        return (self.clock.time - self.start).total_seconds()

    def _try(self, act: object, allowed: bool) -> bool:
        """Do `act`, which must succeed just where it is allowed."""
        assert callable(act)
        if allowed:
            assert act() is not False
        else:
            with pytest.raises(LeaseLost):
                act()
        return allowed

    @rule(worker=st.sampled_from(["one", "two"]))
    def claim(self, worker: str) -> None:
        lease = states.claim(self.capture.pk, worker)
        model = self.model
        assert (lease is not None) == (model.state is State.QUEUED and model.is_due(self.now))
        if lease is not None:
            model.state, model.lease, model.doubted = State.CAPTURING, lease, False
            model.ends, model.is_lost, model.may_start = self.now + LEASE_S, False, 0
            model.leases.append(lease)

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        allowed = model.holds(lease) and model.state in {State.CAPTURING, State.STORING}
        if self._try(lambda: states.renew(lease), allowed) and model.state is State.CAPTURING:
            model.ends, model.doubted = self.now + LEASE_S, False

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def secure(self, data: st.DataObject) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        turned_up = model.is_lost and model.state in {State.QUEUED, State.FAILED}
        allowed = model.holds(lease) and (model.state is State.CAPTURING or turned_up)
        if self._try(lambda: states.secure(lease, SECURED), allowed):
            model.state, model.doubted, model.is_lost = State.STORING, False, False
            model.ends = self.now + STORING_S

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        allowed = model.holds(lease) and model.state is State.STORING
        if self._try(lambda: states.keep(lease), allowed):
            model.ends, model.doubted = self.now + STORING_S, False

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def seal(self, data: st.DataObject) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        allowed = model.holds(lease) and model.state is State.STORING
        if self._try(lambda: states.seal(lease, f"captures/x/{lease.fence}.zip"), allowed):
            model.state = State.SEALED

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data(), wait_s=st.sampled_from([0, WAIT_S]))
    def put_back(self, data: st.DataObject, wait_s: float) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        allowed = model.holds(lease) and model.state in {State.CAPTURING, State.STORING}
        act = lambda: states.put_back(lease, Result.AGAIN, "why", "words", wait_s)  # noqa: E731
        if self._try(act, allowed):
            model.state, model.is_lost = State.QUEUED, False
            model.may_start, model.waits_since = self.now + wait_s, self.now

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        lease, model = data.draw(st.sampled_from(self.model.leases)), self.model
        allowed = model.holds(lease) and model.state is State.CAPTURING
        if self._try(lambda: states.fail(lease, "why", "words"), allowed):
            model.state = State.FAILED

    @precondition(lambda self: self.model.state not in UNFINISHED)
    @rule()
    def begin_anew(self) -> None:
        (self.capture,) = self.submit("a.example")
        self.model = Model()

    @precondition(lambda self: len(self.model.leases) > 1)
    @rule()
    def cancel(self) -> None:
        allowed = self.model.state is State.QUEUED
        assert states.cancel(self.capture.pk, SYSTEM) == allowed
        if allowed:
            self.model.state = State.CANCELLED

    @rule(seconds=st.sampled_from([0, 1, 61, 700, 3_600, -1, -61, -3_600]))
    def sweep(self, seconds: float) -> None:
        self.clock.advance(seconds)
        sweeping.sweep()
        model = self.model
        if model.state not in {State.CAPTURING, State.STORING}:
            return
        longest = LEASE_S if model.state is State.CAPTURING else STORING_S
        model.ends = min(model.ends, self.now + longest)
        if model.ends >= self.now:
            return
        if not model.doubted:
            model.doubted, model.ends = True, self.now + LEASE_S / 2
            return
        model.losses += 1
        given_up = model.losses >= sweeping.MOST_LOSSES
        model.state = State.FAILED if given_up else State.QUEUED
        model.is_lost, model.may_start = True, 0

    @invariant()
    def the_database_agrees(self) -> None:
        row = Capture.objects.get(pk=self.capture.pk)
        assert row.state == self.model.state
        assert row.fence == len(self.model.leases)
        under_way = row.state in {State.CAPTURING, State.STORING}
        if under_way:
            assert row.lease_until is not None
            ends = (row.lease_until - self.start).total_seconds()
            assert (ends, row.doubted) == (self.model.ends, self.model.doubted)
        numbers = list(row.attempts.order_by("number").values_list("number", "result"))
        assert [number for number, _ in numbers] == list(range(1, row.fence + 1))
        # One that is lost, and whose bag turns up, is under way again.
        is_open = [n for n, result in numbers if result in {"", Result.LOST}]
        assert (row.fence in is_open) or not under_way
        assert (row.state == State.SEALED) == bool(row.object_key)
        assert bool(row.statement_sha256) == (row.state in {State.STORING, State.SEALED})

    @invariant()
    def custody_is_sound(self) -> None:
        events = history(self.capture.pk)
        assert faults(events) == []
        assert [each["kind"] for each in events].count("seal") <= 1


def test_any_order_of_events(
    either: str, submit: Submit, time: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings as ours

    monkeypatch.setattr(ours, "LEASE_S", LEASE_S)
    monkeypatch.setattr(ours, "STORING_LEASE_S", STORING_S)
    monkeypatch.setattr(sweeping, "ring", lambda *_: None)
    run_machine(
        type("Here", (Machine,), {"submit": staticmethod(submit), "clock": time, "start": time()}),
        settings=settings(
            max_examples=60 if either == "sqlite" else 25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
