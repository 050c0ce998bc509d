"""Stored evidence is verified once more by the real verifier; what is wrong is noted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from seal.keys import load_or_create_key
from service.accounts.models import User
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.access import own_case
from service.custody.chain import faults
from service.custody.recording import SYSTEM, history
from service.evidence.keeping import evidence_store, prepare_store
from tests.support.service_captures import forget_store, sealed
from workers import rechecking
from workers.rechecking import verify_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def capture(db: None, tmp_path: Path) -> Iterator[Capture]:
    """A sealed capture in the store, without a report."""
    prepare_store()
    person = User.objects.create_user("ada@example.org", None)
    made = sealed(person, own_case(person), tmp_path)
    Capture.objects.filter(pk=made.pk).update(report=None)
    yield made
    forget_store()


@pytest.fixture(autouse=True)
def _key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = load_or_create_key(tmp_path / "key.pem")
    monkeypatch.setattr(rechecking, "signing_key", lambda: key)


def _last(capture: Capture) -> dict[str, object]:
    events = history(capture.pk)
    assert faults(events) == []
    assert events[-1]["kind"] == "verify"
    detail: dict[str, object] = events[-1]["detail"]
    return detail


def test_a_new_report_is_kept(capture: Capture) -> None:
    verify_again(capture.pk)
    report = Capture.objects.get().report
    assert report["claims"]["integrity"]["verdict"] == "PROVED"
    assert report["claims"]["origin"]["verdict"] == "NOT PROVED"  # this key did not seal it
    assert _last(capture)["verdicts"] == {
        "integrity": "PROVED",
        "origin": "NOT PROVED",
        "time": "NOT PROVED",
        "completeness": "PROVED",
    }


def test_nothing_is_left_on_the_disk(capture: Capture) -> None:
    verify_again(capture.pk)
    assert not list(settings.DATA.glob("verify-*"))


@pytest.mark.parametrize(("harm", "why"), [("change", "altered"), ("delete", "missing")])
def test_evidence_that_is_not_as_it_was(capture: Capture, harm: str, why: str) -> None:
    place = settings.DATA / "evidence" / capture.object_key
    if harm == "change":
        content = bytearray(place.read_bytes())
        content[1_000] ^= 1
        place.chmod(0o600)
        place.write_bytes(content)
    else:
        evidence_store().delete(capture.object_key)
    verify_again(capture.pk)
    assert _last(capture)["result"] == why
    assert Capture.objects.get().report is None


def test_an_erased_capture_is_let_be(capture: Capture) -> None:
    erase(capture, SYSTEM)
    verify_again(capture.pk)
    assert history(capture.pk)[-1]["kind"] == "erase"
