"""The database itself refuses to change the past: SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from service.custody.models import Event
from service.custody.recording import Actor, Kind, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event() -> Event:
    """One event in the chain."""
    with transaction.atomic():
        return record(uuid.uuid4(), Kind.VIEW, Actor("user", "1", "ada", "192.0.2.1"))


@pytest.mark.parametrize("field", ["time", "kind", "actor", "digest", "previous", "number"])
def test_a_field_cannot_be_changed(event: Event, field: str) -> None:
    value = 9 if field == "number" else "other"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**{field: value})
    event.refresh_from_db()
    assert getattr(event, field) != value


def test_what_is_private_can_be_emptied_and_not_rewritten(event: Event) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(private={"name": "eve"})
    Event.objects.filter(pk=event.pk).update(private=None)
    event.refresh_from_db()
    assert event.private is None


def test_an_event_cannot_be_deleted(tmp_path: Path) -> None:
    """In a database as `holdfast migrate` makes it (the one of the tests may be emptied)."""
    subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={
            **os.environ,
            "HOLDFAST_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "service.settings",
        },
        check=True,
        capture_output=True,
    )
    with closing(sqlite3.connect(tmp_path / "holdfast.sqlite3")) as database:
        database.execute(
            "INSERT INTO custody_event (capture, number, time, kind, actor, detail,"
            " private_sha256, previous, digest) VALUES ('a', 1, 't', 'k', 'a', '{}', '', '', '')"
        )
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            database.execute("DELETE FROM custody_event")
