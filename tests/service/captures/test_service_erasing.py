"""Erasure takes the content out of store and database, and leaves the tombstone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core import serializers
from django.db import connection

from service.accounts.models import User
from service.captures import states
from service.captures.erasing import erase
from service.captures.models import Capture, State
from service.cases.models import Case
from service.custody.chain import faults
from service.custody.recording import Actor, history
from service.evidence.errors import NotStored, Retained
from service.evidence.keeping import evidence_store
from tests.support.service_captures import queued, sealed

pytestmark = pytest.mark.django_db

URL = "https://murmur.example/@ada/post/secret-words-7361"


@pytest.fixture
def actor(person: User) -> Actor:
    """The owner."""
    return Actor("user", str(person.pk), person.email, "192.0.2.1")


def _every_row() -> str:
    """The whole database as text."""
    from django.apps import apps

    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows))


def test_nothing_of_the_content_is_left(
    person: User, case: Case, tmp_path: Path, actor: Actor
) -> None:
    capture = sealed(person, case, tmp_path, URL)
    key = capture.object_key
    assert "secret-words-7361" in _every_row()
    assert erase(capture, actor)
    assert "secret-words-7361" not in _every_row()
    assert capture.facts["title"] not in _every_row()
    with pytest.raises(NotStored):
        evidence_store().size(key)


def test_hashes_and_custody_stay(person: User, case: Case, tmp_path: Path, actor: Actor) -> None:
    capture = sealed(person, case, tmp_path, URL)
    erase(capture, actor)
    left = Capture.objects.get(pk=capture.pk)
    assert left.state == State.ERASED
    assert left.statement_sha256 == capture.statement_sha256
    assert left.object_sha256 == capture.object_sha256
    events = history(capture.pk)
    assert [each["kind"] for each in events] == ["submit", "start", "seal", "verify", "erase"]
    assert faults(events) == []
    assert json.dumps(events).count("http") == 0


def test_it_is_done_once(person: User, case: Case, tmp_path: Path, actor: Actor) -> None:
    capture = sealed(person, case, tmp_path, URL)
    assert erase(capture, actor)
    assert not erase(capture, actor)
    assert [each["kind"] for each in history(capture.pk)].count("erase") == 1


def test_where_the_store_refuses_nothing_is_changed(
    person: User, case: Case, tmp_path: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = sealed(person, case, tmp_path, URL)

    def refuse(key: str) -> None:
        raise Retained(f"{key} is locked until 2030")

    monkeypatch.setattr(evidence_store(), "delete", refuse)
    with pytest.raises(Retained):
        erase(capture, actor)
    connection.check_constraints()
    left = Capture.objects.get(pk=capture.pk)
    assert (left.state, left.url) == (State.SEALED, URL)
    assert [each["kind"] for each in history(capture.pk)][-1] == "verify"


def test_a_worker_that_is_at_it_loses_its_lease(person: User, case: Case, actor: Actor) -> None:
    capture = queued(person, case, URL)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    erase(capture, actor)
    with pytest.raises(states.LeaseLost):
        states.renew(lease)
