"""A packed bag reaches the store, whatever is killed, refused or lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from service.captures import states
from service.captures.models import Capture, Result, State
from service.captures.states import Lease, LeaseLost
from service.custody.chain import faults
from service.custody.recording import SYSTEM, history
from service.evidence.errors import StoreUnavailable
from service.evidence.keeping import evidence_store
from tests.support.preserved import preserved_in
from tests.support.service_fixtures import Submit
from workers import outbox
from workers.attempt_folder import AttemptFolder, attempt_folder
from workers.outbox import Fate, fate
from workers.packing import pack

_STORE = "service.evidence.store.local"
BEFORE_IT_IS_SAFE = (
    ("before", "workers.packing:zip_bag"),
    ("after", "workers.packing:zip_bag"),
    ("before", "workers.attempt_folder:AttemptFolder.secure"),
    ("before", "workers.attempt_folder:json.dump"),
)
ONCE_IT_IS_SAFE = (
    ("after", "workers.attempt_folder:AttemptFolder.secure"),
    ("before", "workers.packing:shutil.rmtree"),
    ("before", "workers.outbox:secure"),
    ("after", "workers.outbox:secure"),
    ("after", "workers.outbox:keep"),
    ("before", f"{_STORE}:LocalStore.put"),
    ("after", f"{_STORE}:fill"),
    ("before", f"{_STORE}:os.link"),
    ("after", f"{_STORE}:os.link"),
    ("after", f"{_STORE}:LocalStore.put"),
    ("before", "workers.outbox:seal"),
    ("after", "workers.outbox:seal"),
    ("before", "workers.attempt_folder:AttemptFolder.remove"),
    ("before", "workers.attempt_folder:shutil.rmtree"),
    ("after", "workers.attempt_folder:AttemptFolder.remove"),
)


@pytest.fixture(autouse=True)
def _rested() -> None:
    """No test knows of a store that refused in another."""
    outbox._the_store = outbox._Store()


@pytest.fixture
def capture(machine: Path, submit: Submit) -> Capture:
    return submit("a.example")[0]


def _claim(capture: Capture, worker: str = "w") -> Lease:
    lease = states.claim(capture.pk, worker)
    assert lease is not None
    return lease


def _pack(lease: Lease) -> None:
    """As a worker does; then it dies, but for its folder."""
    with attempt_folder(lease) as folder:
        pack(folder, lease, preserved_in(folder.path))


def _lose(capture: Capture, most: int = 5) -> None:
    Capture.objects.filter(pk=capture.pk).update(
        doubted=True, lease_until="2000-01-01T00:00:00+00:00"
    )
    assert states.reclaim(Capture.objects.get(pk=capture.pk), most)


def _in_outbox(machine: Path) -> list[str]:
    return [path.name for path in (machine / "outbox").glob("*.*")]


def _assert_sealed_once(capture: Capture, attempt: int) -> None:
    capture.refresh_from_db()
    assert capture.state == State.SEALED
    (key,) = evidence_store().keys()
    assert key == capture.object_key == f"captures/{capture.pk}/{attempt}.zip"
    content = b"".join(evidence_store().read(key))
    assert sha256(content).hexdigest() == capture.object_sha256
    events = history(capture.pk)
    assert [each["kind"] for each in events].count("seal") == 1
    assert faults(events) == []


def _killed(machine: Path, capture: Capture, when: str, function: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.workers.dying_worker", str(capture.pk), when, function],
        env={
            **os.environ,
            "HOLDFAST_DATA": str(machine),
            "DJANGO_SETTINGS_MODULE": "service.settings",
        },
        capture_output=True,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()


@pytest.mark.parametrize(("when", "function"), ONCE_IT_IS_SAFE)
def test_killed_once_the_bag_is_safe_the_next_worker_stores_it(
    machine: Path, capture: Capture, when: str, function: str
) -> None:
    """Without a second capture: the page may be gone by then."""
    _killed(machine, capture, when, function)
    outbox.empty()
    _assert_sealed_once(capture, 1)
    assert _in_outbox(machine) == []


@pytest.mark.parametrize(("when", "function"), BEFORE_IT_IS_SAFE)
def test_killed_before_it_is_safe_nothing_is_left_of_the_attempt(
    machine: Path, capture: Capture, when: str, function: str
) -> None:
    _killed(machine, capture, when, function)
    outbox.empty()
    assert _in_outbox(machine) == []
    _lose(capture)
    lease = _claim(capture)
    _pack(lease)
    outbox.empty()
    _assert_sealed_once(capture, 2)


def test_a_bag_whose_worker_was_given_up_is_taken_all_the_same(
    machine: Path, capture: Capture
) -> None:
    _pack(_claim(capture))
    _lose(capture, most=1)
    outbox.empty()
    _assert_sealed_once(capture, 1)


def test_while_another_attempt_is_under_way_the_bag_waits(machine: Path, capture: Capture) -> None:
    old = _claim(capture)
    _pack(old)
    _lose(capture)
    new = _claim(capture)
    outbox.empty()
    assert _in_outbox(machine) == [f"{capture.pk}.1"]
    _pack(new)
    outbox.empty()
    outbox.empty()
    _assert_sealed_once(capture, 2)
    assert _in_outbox(machine) == []


def test_a_bag_out_of_a_backup_is_stored_by_what_the_database_knows(
    machine: Path, capture: Capture
) -> None:
    _pack(_claim(capture))
    outbox._the_store.rest()
    outbox.empty()
    (machine / "outbox" / f"{capture.pk}.1" / "secured.json").unlink()
    outbox._the_store = outbox._Store()
    assert outbox.numbers() == (1, 0)
    outbox.empty()
    _assert_sealed_once(capture, 1)


def test_what_others_are_at_is_left_alone(machine: Path, capture: Capture) -> None:
    with attempt_folder(_claim(capture)) as folder:
        outbox.empty()
        assert folder.path.exists()


def test_a_store_that_is_down_loses_nothing(
    machine: Path, capture: Capture, monkeypatch: pytest.MonkeyPatch, submit: Submit
) -> None:
    asked = 0

    def refuse(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise StoreUnavailable("It does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(type(evidence_store()), "put", refuse)
        _pack(_claim(capture))
        (second,) = submit("b.example")
        _pack(_claim(second))
        Capture.objects.filter(pk=second.pk).update(doubted=True)
        outbox.empty()
        outbox.empty()
    assert asked == 1  # it is left alone for a while
    for each in (capture, second):
        each.refresh_from_db()
        assert (each.state, each.doubted) == (State.STORING, False)
    outbox._the_store = outbox._Store()
    outbox.empty()
    assert set(Capture.objects.values_list("state", flat=True)) == {State.SEALED}
    assert _in_outbox(machine) == []


def test_a_bag_that_the_disk_spoiled_is_set_aside_and_the_page_captured_again(
    machine: Path, capture: Capture
) -> None:
    lease = _claim(capture)
    _pack(lease)
    with (machine / "outbox" / f"{capture.pk}.1" / "bag.zip").open("r+b") as file:
        file.seek(1_000)
        file.write(b"spoiled")
    outbox.empty()
    _assert_queued_again(machine, capture)


def test_a_bag_that_is_gone_is_captured_again(machine: Path, capture: Capture) -> None:
    _pack(_claim(capture))
    (machine / "outbox" / f"{capture.pk}.1" / "bag.zip").unlink()
    outbox.empty()
    _assert_queued_again(machine, capture)


def test_a_key_that_is_taken_by_other_bytes_is_left_to_them(
    machine: Path, capture: Capture, tmp_path: Path
) -> None:
    """As after a database that was restored from an old backup counts its attempts again."""
    other = tmp_path / "other"
    other.write_bytes(b"evidence of the time before")
    digest = sha256(other.read_bytes()).hexdigest()
    evidence_store().put(f"captures/{capture.pk}/1.zip", other, digest)
    _pack(_claim(capture))
    outbox.empty()
    _assert_queued_again(machine, capture)
    assert b"".join(evidence_store().read(f"captures/{capture.pk}/1.zip")) == other.read_bytes()
    _pack(_claim(capture))
    outbox.empty()
    capture.refresh_from_db()
    assert capture.object_key == f"captures/{capture.pk}/2.zip"


def _assert_queued_again(machine: Path, capture: Capture) -> None:
    capture.refresh_from_db()
    assert (capture.state, capture.reason) == (State.QUEUED, "bag of no use")
    assert capture.attempts.get().result == Result.TROUBLE
    assert _in_outbox(machine) == []
    assert [path.name for path in (machine / "outbox" / "useless").iterdir()] == [f"{capture.pk}.1"]


def test_a_bag_that_did_not_verify_is_kept_for_the_operator(
    machine: Path, capture: Capture
) -> None:
    lease = _claim(capture)
    with attempt_folder(lease) as folder:
        (folder.path / "UNVERIFIED-20261121T000000Z-00").mkdir()
    assert _in_outbox(machine) == []
    (kept,) = (machine / "outbox" / "unverified").iterdir()
    assert (kept / "UNVERIFIED-20261121T000000Z-00").exists()


def test_what_nobody_knows_of_is_set_aside(machine: Path, capture: Capture) -> None:
    _pack(_claim(capture))
    capture.attempts.all().delete()
    Capture.objects.filter(pk=capture.pk).delete()
    outbox.empty()
    assert len(list((machine / "outbox" / "unclaimed").iterdir())) == 1


@pytest.mark.parametrize("state", [State.ERASED, State.CANCELLED])
def test_what_nobody_wants_any_more_goes(machine: Path, capture: Capture, state: State) -> None:
    _pack(_claim(capture))
    _lose(capture)
    if state is State.CANCELLED:
        assert states.cancel(capture.pk, SYSTEM)
    Capture.objects.filter(pk=capture.pk).update(state=state)
    outbox.empty()
    assert _in_outbox(machine) == []
    assert list(evidence_store().keys()) == []


def test_an_answer_that_the_database_lost_is_no_harm(
    machine: Path, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed, but the connection broke before the answer: each step is harmless to repeat."""
    _pack(_claim(capture))

    def broken_once(act: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0

        def acted(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            done = act(*arguments)
            if calls == 1:
                raise OperationalError("the connection broke")
            return done

        return acted

    monkeypatch.setattr(outbox, "secure", broken_once(outbox.secure))
    monkeypatch.setattr(outbox, "seal", broken_once(outbox.seal))
    for _ in range(2):
        with pytest.raises(OperationalError):
            outbox.empty()
    outbox.empty()
    _assert_sealed_once(capture, 1)
    assert _in_outbox(machine) == []


def test_two_who_go_on_with_it_at_once_do_it_once(machine: Path, capture: Capture) -> None:
    _pack(_claim(capture))
    (path,) = (machine / "outbox").iterdir()
    first = AttemptFolder(path)  # two who both believe that they have the lock
    lease, secured = first.secured()
    states.secure(lease, secured)
    with pytest.raises(LeaseLost):
        states.secure(lease, secured)
    outbox.deliver(first)
    _assert_sealed_once(capture, 1)


FATES = {
    ("queued", "ours", "worker lost"): Fate.SECURE,
    ("queued", "ours", "stopped"): Fate.SET_ASIDE,
    ("queued", "another's", "worker lost"): Fate.WAIT,
    ("capturing", "ours", ""): Fate.SECURE,
    ("capturing", "another's", ""): Fate.WAIT,
    ("storing", "ours", ""): Fate.STORE,
    ("storing", "another's", ""): Fate.WAIT,
    ("sealed", "ours", ""): Fate.DONE,
    ("sealed", "another's", ""): Fate.DONE,
    ("failed", "ours", "worker lost"): Fate.SECURE,
    ("failed", "ours", "verification failed"): Fate.SET_ASIDE,
    ("failed", "another's", "worker lost"): Fate.SET_ASIDE,
    ("cancelled", "ours", ""): Fate.DONE,
    ("erased", "another's", ""): Fate.DONE,
}


@pytest.mark.parametrize(("state", "whose", "reason"), FATES)
def test_fate(state: str, whose: str, reason: str, settings: Settings) -> None:
    capture = Capture(state=state, fence=3, leased_by="w", reason=reason)
    lease = Lease(capture.pk, 3 if whose == "ours" else 2, "w")
    assert fate(capture, lease) is FATES[state, whose, reason]


def test_fate_of_the_unknown() -> None:
    assert fate(None, Lease(Capture().pk, 1, "w")) is Fate.SET_ASIDE


def test_the_object_is_the_bag(machine: Path, capture: Capture, tmp_path: Path) -> None:
    _pack(_claim(capture))
    outbox.empty()
    capture.refresh_from_db()
    evidence_store().retrieve(capture.object_key, tmp_path / "got.zip", capture.object_sha256)
    with zipfile.ZipFile(tmp_path / "got.zip") as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {capture.bag}
