"""Every change of state from every state: what is allowed happens, all else changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.captures import states
from service.captures.models import Attempt, Capture, Result, State
from service.captures.states import Lease, LeaseLost, Secured
from service.custody.chain import faults
from service.custody.recording import SYSTEM, history
from tests.support.databases import in_threads
from tests.support.service_fixtures import SetClock, Submit

SECURED = Secured(
    bag="20261121T000000Z-0011223344556677",
    outcome="captured",
    statement_sha256="a" * 64,
    object_sha256="b" * 64,
    object_size=1,
    parts={},
    facts={"title": "A page"},
    report={"claims": {}},
)
MOST = 5

Act = Callable[[Lease], object]

ACTS: dict[str, Act] = {
    "claim": lambda lease: states.claim(lease.capture, "another"),
    "renew": states.renew,
    "secure": lambda lease: states.secure(lease, SECURED),
    "keep": states.keep,
    "seal": lambda lease: states.seal(lease, "captures/x/1.zip"),
    "put_back": lambda lease: states.put_back(lease, Result.AGAIN, "why", "words", 5),
    "fail": lambda lease: states.fail(lease, "why", "words"),
    "reclaim": lambda lease: states.reclaim(Capture.objects.get(pk=lease.capture), MOST),
    "cancel": lambda lease: states.cancel(lease.capture, SYSTEM),
}
LEADS_TO: dict[tuple[str, str], str] = {
    ("claim", "queued"): "capturing",
    ("renew", "capturing"): "capturing",
    ("renew", "storing"): "storing",
    ("secure", "capturing"): "storing",
    ("secure", "given up"): "storing",
    ("secure", "taken away"): "storing",
    ("keep", "storing"): "storing",
    ("seal", "storing"): "sealed",
    ("put_back", "capturing"): "queued",
    ("put_back", "storing"): "queued",
    ("fail", "capturing"): "failed",
    ("cancel", "queued"): "cancelled",
    ("cancel", "taken away"): "cancelled",
    ("claim", "taken away"): "capturing",
}
SITUATIONS = (
    *("queued", "capturing", "storing", "sealed", "failed", "cancelled", "erased"),
    "taken away",  # the worker was given up, the capture waits for another
    "given up",  # the worker was given up for the last time
)


def _bring(capture: Capture, situation: str) -> Lease:
    """Bring a queued capture into a situation, by the functions themselves."""
    if situation in {"queued", "cancelled"}:
        if situation == "cancelled":
            states.cancel(capture.pk, SYSTEM)
        return Lease(capture.pk, 0, "")
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    if situation in {"storing", "sealed"}:
        states.secure(lease, SECURED)
    if situation == "sealed":
        states.seal(lease, "captures/x/1.zip")
    if situation == "failed":
        states.fail(lease, "why", "words")
    if situation == "erased":
        Capture.objects.filter(pk=capture.pk).update(state=State.ERASED)
    if situation in {"taken away", "given up"}:
        _expire(capture)
        most = MOST if situation == "taken away" else 1
        assert states.reclaim(Capture.objects.get(pk=capture.pk), most)
    return lease


def _expire(capture: Capture) -> None:
    Capture.objects.filter(pk=capture.pk).update(
        doubted=True, lease_until="2000-01-01T00:00:00+00:00"
    )


def _everything(capture: Capture) -> Any:
    """All that the database holds of it."""
    rows = Capture.objects.filter(pk=capture.pk).values()
    return list(rows), list(capture.attempts.values()), history(capture.pk, private=True)


@pytest.mark.parametrize("act", ACTS)
def test_transition(either: str, submit: Submit, act: str) -> None:
    for situation in SITUATIONS:
        (capture,) = submit("a.example")
        lease = _bring(capture, situation)
        before = _everything(capture)
        wanted = LEADS_TO.get((act, situation))
        try:
            done = ACTS[act](lease)
        except LeaseLost:
            done = False
        capture.refresh_from_db()
        if wanted is None:
            assert not done, situation
            assert _everything(capture) == before, situation
        else:
            assert done is not False, situation
            assert capture.state == wanted, situation
        assert faults(history(capture.pk)) == []


def test_a_lease_of_another_fence_or_worker_does_nothing(either: str, submit: Submit) -> None:
    for situation in ("capturing", "storing", "taken away"):
        (capture,) = submit("a.example")
        lease = _bring(capture, situation)
        before = _everything(capture)
        for wrong in (replace(lease, fence=lease.fence + 1), replace(lease, worker="another")):
            for act in ("renew", "secure", "keep", "seal", "put_back", "fail"):
                with pytest.raises(LeaseLost):
                    ACTS[act](wrong)
        assert _everything(capture) == before


def test_reclaim_takes_no_lease_that_holds(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    _bring(capture, "capturing")
    assert not states.reclaim(Capture.objects.get(pk=capture.pk), MOST)
    Capture.objects.update(lease_until="2000-01-01T00:00:00+00:00")  # ran out, but not yet doubted
    assert not states.reclaim(Capture.objects.get(pk=capture.pk), MOST)


def test_a_worker_that_comes_back_can_do_nothing_to_the_next_attempt(
    either: str, submit: Submit
) -> None:
    (capture,) = submit("a.example")
    old = _bring(capture, "taken away")
    new = states.claim(capture.pk, "w")  # the same name: the fence alone tells them apart
    assert new is not None
    for act in ("renew", "secure", "keep", "seal", "put_back", "fail"):
        with pytest.raises(LeaseLost):
            ACTS[act](old)
    states.secure(new, SECURED)
    states.seal(new, "captures/x/2.zip")
    capture.refresh_from_db()
    assert (capture.state, capture.object_key) == (State.SEALED, "captures/x/2.zip")
    results = list(capture.attempts.order_by("number").values_list("result", flat=True))
    assert results == [Result.LOST, Result.SEALED]


def test_control_without_the_fence_it_seals_what_another_is_doing(
    either: str, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        states,
        "_held",
        lambda lease, *allowed: Capture.objects.filter(
            pk=lease.capture, leased_by=lease.worker, state__in=allowed or list(State)
        ),
    )
    (capture,) = submit("a.example")
    old = _bring(capture, "taken away")
    new = states.claim(capture.pk, "w")
    assert new is not None
    states.secure(old, SECURED)
    states.seal(old, "captures/x/1.zip")
    with pytest.raises(LeaseLost):
        states.secure(new, SECURED)


def test_a_bag_that_turns_up_is_taken(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    lease = _bring(capture, "given up")
    states.secure(lease, SECURED)
    states.seal(lease, "captures/x/1.zip")
    capture.refresh_from_db()
    assert (capture.state, capture.reason, capture.finished is None) == (State.SEALED, "", False)
    assert [each["kind"] for each in history(capture.pk)] == [
        *("submit", "start", "fail", "seal", "verify"),
    ]


def test_a_capture_that_failed_on_its_own_account_stays_failed(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    lease = _bring(capture, "failed")
    with pytest.raises(LeaseLost):
        states.secure(lease, SECURED)


@pytest.mark.parametrize("way", ["put_back", "reclaim"])
def test_a_bag_that_is_of_no_use_leaves_no_trace(either: str, submit: Submit, way: str) -> None:
    (capture,) = submit("a.example")
    lease = _bring(capture, "storing")
    _expire(capture)
    ACTS[way](lease)
    capture.refresh_from_db()
    told = (capture.bag, capture.outcome, capture.statement_sha256, capture.object_sha256)
    assert told == ("", "", "", "")
    assert (capture.object_size, capture.facts, capture.report) == (None, {}, None)


def test_lost_again_and_again_is_given_up(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    for _ in range(MOST):
        assert states.claim(capture.pk, "w")
        _expire(capture)
        assert states.reclaim(Capture.objects.get(pk=capture.pk), MOST)
    capture.refresh_from_db()
    assert (capture.state, capture.reason) == (State.FAILED, states.LOST)
    assert capture.attempts.filter(result=Result.LOST).count() == MOST


def test_other_ends_of_attempts_do_not_count_as_losses(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    for _ in range(MOST + 1):
        lease = states.claim(capture.pk, "w")
        assert lease is not None
        states.put_back(lease, Result.STOPPED, "stopped", "")
    assert states.claim(capture.pk, "w")
    _expire(capture)
    assert states.reclaim(Capture.objects.get(pk=capture.pk), MOST)
    capture.refresh_from_db()
    assert capture.state == State.QUEUED


def test_a_wait_is_kept_and_no_clock_makes_it_endless(
    either: str, submit: Submit, time: SetClock
) -> None:
    (capture,) = submit("a.example")
    lease = _bring(capture, "capturing")
    states.put_back(lease, Result.AGAIN, "why", "words", 60)
    time.advance(59)
    assert states.claim(capture.pk, "w") is None
    time.advance(2)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "why", "words", 60)
    time.advance(-3_600)
    assert states.claim(capture.pk, "w") is not None


def _naive_claim(lines: threading.Barrier) -> Callable[[Any, str], bool]:
    """How it must not be done: looked at, and then written, whatever was written meanwhile."""

    def claim(capture: Any, worker: str) -> bool:
        free = Capture.objects.filter(pk=capture, state=State.QUEUED).exists()
        lines.wait()
        if free:
            Capture.objects.filter(pk=capture).update(state=State.CAPTURING, leased_by=worker)
        return free

    return claim


def test_of_many_workers_one_gets_the_lease(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    leases = in_threads(*(lambda n=n: states.claim(capture.pk, f"w{n}") for n in range(8)))
    won = [each for each in leases if each is not None]
    assert len(won) == 1, leases
    assert isinstance(won[0], Lease)
    capture.refresh_from_db()
    assert capture.leased_by == won[0].worker
    assert Attempt.objects.count() == 1


def test_control_without_the_condition_several_get_it(either: str, submit: Submit) -> None:
    (capture,) = submit("a.example")
    claim = _naive_claim(threading.Barrier(8))
    won = in_threads(*(lambda n=n: claim(capture.pk, f"w{n}") for n in range(8)))
    assert won.count(True) > 1


def test_of_sealing_and_reclaiming_at_once_one_happens(either: str, submit: Submit) -> None:
    """Whoever is first has it; the chain is sound, and no second attempt begins beside a seal."""
    for _ in range(10):
        (capture,) = submit("a.example")
        lease = _bring(capture, "storing")
        _expire(capture)
        row = Capture.objects.get(pk=capture.pk)
        sealed, reclaimed = in_threads(
            lambda lease=lease: states.seal(lease, "captures/x/1.zip"),
            lambda row=row: states.reclaim(row, MOST),
        )
        capture.refresh_from_db()
        assert (capture.state == State.SEALED) == (sealed is None)
        assert (capture.state == State.QUEUED) == (reclaimed is True)
        assert isinstance(sealed, LeaseLost) != (capture.state == State.SEALED)
        assert faults(history(capture.pk)) == []
