"""Each event leaves a message with the webhooks that want it, in the transaction of the event."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from service.accounts.models import User
from service.captures import rereading, states
from service.captures.erasing import erase
from service.captures.models import Capture
from service.captures.sweeping import MOST_LOSSES
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.recording import Actor
from service.evidence.errors import Retained
from service.evidence.keeping import evidence_store
from service.webhooks.delivering import disable
from service.webhooks.events import notify
from service.webhooks.managing import make_webhook
from service.webhooks.models import Delivery, Event, Webhook
from tests.support.service_captures import queued, sealed

pytestmark = pytest.mark.django_db

URL = "https://murmur.example/@ada/post/secret-words-7361"
HOOK = "https://hooks.example/in"


def _webhook(case: Case, person: User, *events: Event, **more: bool) -> Webhook:
    return make_webhook(case, person, HOOK, events or tuple(Event), **more)[1]


def _told() -> list[tuple[str, dict[str, object]]]:
    rows = Delivery.objects.order_by("created")
    return [(row.event, json.loads(row.body)) for row in rows if row.body]


def test_a_sealed_capture_is_told_without_its_address(
    person: User, case: Case, tmp_path: Path
) -> None:
    _webhook(case, person)
    capture = sealed(person, case, tmp_path, URL)
    ((event, body),) = _told()
    assert event == body["type"] == "capture.sealed"
    assert body["data"] == {
        "capture": str(capture.pk),
        "case": str(case.pk),
        "state": "sealed",
        "outcome": "captured",
        "reason": "",
        "statement_sha256": capture.statement_sha256,
    }
    assert "secret-words" not in Delivery.objects.get().body


def test_the_address_is_told_to_who_asks_for_it(person: User, case: Case, tmp_path: Path) -> None:
    _webhook(case, person, with_url=True)
    sealed(person, case, tmp_path, URL)
    ((_, body),) = _told()
    assert body["data"]["url"] == URL


def test_a_failure_is_told(person: User, case: Case) -> None:
    _webhook(case, person)
    lease = states.claim(queued(person, case, URL).pk, "w")
    assert lease is not None
    states.fail(lease, "capture failed", "Something with https://murmur.example in it.")
    ((event, body),) = _told()
    assert (event, body["data"]["state"]) == ("capture.failed", "failed")
    assert "murmur" not in str(body)


def test_a_capture_given_up_for_its_lost_workers_is_told_once(person: User, case: Case) -> None:
    _webhook(case, person)
    capture = queued(person, case, URL)
    for _ in range(MOST_LOSSES):
        assert states.claim(capture.pk, "w")
        Capture.objects.update(lease_until=timezone.now() - timedelta(seconds=1), doubted=True)
        assert states.reclaim(Capture.objects.get(), MOST_LOSSES)
    assert [event for event, _ in _told()] == ["capture.failed"]


def test_an_erasure_takes_back_what_was_told_before(
    person: User, case: Case, tmp_path: Path
) -> None:
    _webhook(case, person, with_url=True)
    capture = sealed(person, case, tmp_path, URL)
    erase(capture, Actor("user", str(person.pk)))
    before, after = Delivery.objects.order_by("created")
    assert (before.body, before.given_up is not None) == ("", True)
    body = json.loads(after.body)
    assert (body["type"], body["data"]["state"]) == ("capture.erased", "erased")
    assert "url" not in body["data"]
    assert body["data"]["statement_sha256"] == capture.statement_sha256


def test_an_erasure_that_did_not_happen_is_not_told(
    person: User, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _webhook(case, person)
    capture = sealed(person, case, tmp_path, URL)

    def refuse(key: str) -> None:
        raise Retained(f"{key} is locked")

    monkeypatch.setattr(evidence_store(), "delete", refuse)
    with pytest.raises(Retained):
        erase(capture, Actor("user", str(person.pk)))
    assert [event for event, _ in _told()] == ["capture.sealed"]


def test_altered_evidence_is_told(person: User, case: Case, tmp_path: Path) -> None:
    _webhook(case, person, Event.ALARM)
    capture = sealed(person, case, tmp_path, URL)
    evidence_store().delete(capture.object_key)
    Capture.objects.update(checked=timezone.now() - timedelta(days=400))
    assert rereading.reread(for_s=1) == 1
    ((event, body),) = _told()
    assert (event, body["data"]["fixity"]) == ("fixity.alarm", "missing")


def test_intact_evidence_is_not(person: User, case: Case, tmp_path: Path) -> None:
    _webhook(case, person, Event.ALARM)
    sealed(person, case, tmp_path, URL)
    Capture.objects.update(checked=timezone.now() - timedelta(days=400))
    assert rereading.reread(for_s=1) == 1
    assert _told() == []


def test_only_who_wants_it_is_told(person: User, case: Case, tmp_path: Path) -> None:
    _webhook(case, person, Event.FAILED)
    _webhook(open_case(person, "another"), person)
    disable(_webhook(case, person), "for this test")
    wants = _webhook(case, person, Event.SEALED)
    sealed(person, case, tmp_path, URL)
    assert Delivery.objects.get().webhook == wants


@pytest.mark.django_db(transaction=True)
def test_a_message_belongs_in_a_transaction(person: User, case: Case) -> None:
    capture = queued(person, case, URL)
    with pytest.raises(RuntimeError, match="transaction"):
        notify(capture.pk, Event.SEALED)
    with transaction.atomic():
        notify(capture.pk, Event.SEALED)
