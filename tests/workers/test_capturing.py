"""However a capture ends, the attempt says why, and the capture goes on or is over."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from capture.errors import BrowserFailed
from capture.outcome import Outcome
from service.captures import states
from service.captures.models import Capture, Host, Queue, Result, State
from service.captures.states import LeaseLost
from service.custody.chain import faults
from service.custody.recording import history
from service.evidence.errors import NotABag, StoreFull
from tests.support.preserved import preserved_in
from tests.support.service_fixtures import Submit
from workers import capturing, outbox, retrying, stopping
from workers.attempt_folder import AttemptFolder
from workers.capturing import capture_one
from workers.errors import CaptureTookTooLong, Interrupted, VerificationFailed
from workers.pipeline import Preserved

BOTH = (Queue.CAPTURE, Queue.BULK)
Pipeline = Callable[[AttemptFolder], Preserved]


@pytest.fixture
def capture(machine: Path, submit: Submit) -> Capture:
    return submit("a.example")[0]


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(capturing, "ring", heard.append)
    settings.MIN_FREE, settings.LEASE_S, settings.HOST_DELAY_S = 0, 30, 0
    outbox._the_store = outbox._Store()
    return heard


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pipeline], None]:
    """Put something in the place of browser and pipeline."""

    def put(act: Pipeline) -> None:
        monkeypatch.setattr(capturing, "_preserve", lambda _, folder, *__: act(folder))

    return put


@pytest.fixture
def _told_to_stop() -> Iterator[None]:
    stopping.stopping.set()
    yield
    stopping.stopping.clear()


def _good(folder: AttemptFolder) -> Preserved:
    return preserved_in(folder.path)


def _raising(error: BaseException) -> Pipeline:
    def act(_: AttemptFolder) -> Preserved:
        raise error

    return act


def _assert_sound(machine: Path, capture: Capture, state: State, result: Result) -> None:
    capture.refresh_from_db()
    assert capture.state == state
    attempt = capture.attempts.latest("number")
    assert (attempt.result, attempt.ended is not None) == (result, True)
    assert list((machine / "outbox").glob("*.*")) == []
    assert faults(history(capture.pk)) == []


def test_a_good_one_is_sealed(
    machine: Path, capture: Capture, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(_good)
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.SEALED, Result.SEALED)
    assert not capture_one(BOTH)


FAILURES = [
    (BrowserFailed("It does not start."), "browser failed"),
    (CaptureTookTooLong("It took 300 s."), "took too long"),
    (VerificationFailed("It did not verify."), "verification failed"),
    (OSError(errno.ENOSPC, "No space left on device"), "disk full"),
    (OSError(errno.EIO, "Input/output error"), "machine trouble"),
    (StoreFull("There is no room."), "disk full"),
    (NotABag("It lacks a file."), "capture failed"),
]


@pytest.mark.parametrize(("error", "reason"), FAILURES)
def test_trouble_of_ours_is_told_and_waits(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    error: Exception,
    reason: str,
) -> None:
    pipeline(_raising(error))
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.TROUBLE)
    assert capture.reason == reason
    assert capture.not_before is not None


def test_trouble_without_end_is_a_documented_failure(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    settings: Settings,
) -> None:
    settings.ATTEMPTS = 2
    pipeline(_raising(VerificationFailed("It did not verify.")))
    for _ in range(2):
        Capture.objects.update(not_before=None)
        assert capture_one(BOTH)
    capture.refresh_from_db()
    assert (capture.state, capture.explanation) == (State.FAILED, "It did not verify.")
    results = list(capture.attempts.order_by("number").values_list("result", flat=True))
    assert results == [Result.TROUBLE, Result.FAILED]


@pytest.mark.parametrize("error", [RuntimeError("a mistake of ours"), SystemExit(1), KeyError("x")])
def test_an_error_of_the_program_is_documented_and_goes_on_up(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    rung: list[str],
    error: BaseException,
) -> None:
    pipeline(_raising(error))
    with pytest.raises(type(error)):
        capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.TROUBLE)
    assert capture.reason == "unexpected error"


def test_a_worker_that_is_told_to_stop_puts_it_back_at_once(
    machine: Path, capture: Capture, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(_raising(Interrupted("the worker was told to end")))
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.STOPPED)
    assert capture.not_before is None


@pytest.mark.usefixtures("_told_to_stop")
def test_a_worker_that_is_told_to_stop_begins_nothing(
    capture: Capture, pipeline: Callable[[Pipeline], None]
) -> None:
    assert not capture_one(BOTH)
    capture.refresh_from_db()
    assert capture.fence == 0


def test_who_has_lost_the_lease_does_nothing_more(
    machine: Path, capture: Capture, pipeline: Callable[[Pipeline], None]
) -> None:
    def lose_and_go_on(folder: AttemptFolder) -> Preserved:
        Capture.objects.update(doubted=True, lease_until="2000-01-01T00:00:00+00:00")
        assert states.reclaim(Capture.objects.get(), 5)
        assert states.claim(capture.pk, "another")
        return _good(folder)

    pipeline(lose_and_go_on)
    assert capture_one(BOTH)
    capture.refresh_from_db()
    assert (capture.state, capture.leased_by, capture.fence) == (State.CAPTURING, "another", 2)
    # The bag is kept while the other is at it, since the other may fail.
    assert len(list((machine / "outbox").iterdir())) == 1


def test_a_lease_that_is_noticed_to_be_lost_ends_the_capture(
    machine: Path, capture: Capture, pipeline: Callable[[Pipeline], None]
) -> None:
    pipeline(_raising(LeaseLost("lost")))
    assert capture_one(BOTH)
    assert list((machine / "outbox").iterdir()) == []


def _of(folder: AttemptFolder, outcome: Outcome) -> Preserved:
    preserved = preserved_in(folder.path)
    return replace(preserved, captured=replace(preserved.captured, outcome=outcome))


def test_a_page_that_may_yet_come_is_put_back_and_its_bag_removed(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    settings: Settings,
) -> None:
    settings.ATTEMPTS = 2
    pipeline(lambda folder: _of(folder, Outcome.TIMED_OUT))
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.AGAIN)
    Capture.objects.update(not_before=None)
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.SEALED, Result.SEALED)
    assert capture.outcome == "timed_out"


def test_lost_workers_and_full_disks_take_no_attempt_from_the_page(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    settings: Settings,
) -> None:
    settings.ATTEMPTS = 2
    for error in (OSError(errno.ENOSPC, "full"), Interrupted("stop"), BrowserFailed("x")):
        pipeline(_raising(error))
        Capture.objects.update(not_before=None)
        assert capture_one(BOTH)
    pipeline(lambda folder: _of(folder, Outcome.TIMED_OUT))
    Capture.objects.update(not_before=None)
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.AGAIN)


def test_a_web_site_that_asks_for_peace_has_it_even_after_the_last_attempt(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    submit: Submit,
) -> None:
    settings.ATTEMPTS = 1
    monkeypatch.setattr(retrying, "document_status", lambda _: 429)
    monkeypatch.setattr(retrying, "document_field", lambda *_: "600")
    pipeline(lambda folder: _of(folder, Outcome.HTTP_ERROR))
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.SEALED, Result.SEALED)
    rest = Host.objects.get(name="a.example")
    assert (rest.next_at - rest.since).total_seconds() == 600
    submit("a.example")
    assert not capture_one(BOTH)


def test_a_disk_that_is_full_when_the_bag_is_packed(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pipeline(_good)
    monkeypatch.setattr("workers.packing.zip_bag", full)
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.QUEUED, Result.TROUBLE)
    assert capture.reason == "disk full"


def test_a_disk_without_room_takes_no_capture(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    settings: Settings,
) -> None:
    settings.MIN_FREE = 1 << 60
    assert not capture_one(BOTH)
    capture.refresh_from_db()
    assert capture.fence == 0


def test_a_sealed_bag_survives_a_database_that_is_away(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    """For a moment: it is asked again. For longer: the bag waits in the outbox."""
    pipeline(_good)
    secure, away = outbox.secure, 2

    def away_at_first(*arguments: Any) -> None:
        nonlocal away
        away -= 1
        if away >= 0:
            raise OperationalError("server closed the connection unexpectedly")
        secure(*arguments)

    monkeypatch.setattr(outbox, "secure", away_at_first)
    assert capture_one(BOTH)
    _assert_sound(machine, capture, State.SEALED, Result.SEALED)


def test_or_waits_in_the_outbox(
    machine: Path,
    capture: Capture,
    pipeline: Callable[[Pipeline], None],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.LEASE_S = 0.5
    pipeline(_good)

    def away(*_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "secure", away)
        assert capture_one(BOTH)
    capture.refresh_from_db()
    assert capture.state == State.CAPTURING
    capture_one(BOTH)
    _assert_sound(machine, capture, State.SEALED, Result.SEALED)
    assert capture.fence == 1


def test_who_is_done_rings_for_the_next(
    capture: Capture, pipeline: Callable[[Pipeline], None], rung: list[str], submit: Submit
) -> None:
    pipeline(_good)
    capture_one(BOTH)
    assert rung == []
    submit("b.example", "c.example")
    capture_one(BOTH)
    assert rung == [Queue.CAPTURE]
    submit("d.example", queue=Queue.BULK)
    capture_one(BOTH)
    assert rung == [Queue.CAPTURE, Queue.BULK]
