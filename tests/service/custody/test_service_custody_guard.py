"""The database itself refuses to change the past: SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, transaction

from service.custody.kinds import Kind
from service.custody.models import Event
from service.custody.recording import Actor, record
from tests.support.servers.postgres import Database

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


_INSERT = (
    "INSERT INTO custody_event (capture, number, time, kind, actor, detail, private_sha256,"
    " previous, digest) VALUES ('0b1c0000-0000-4000-8000-000000000000', 1, 't', 'k', 'a', '{}',"
    " '', '', '')"
)


def _migrate(data: Path, **more: str) -> None:
    """As the operator does it; the database of the other tests may be emptied between them."""
    settings = {"HOLDFAST_DATA": str(data), "DJANGO_SETTINGS_MODULE": "service.settings", **more}
    subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
    )


def test_an_event_cannot_be_deleted_from_sqlite(tmp_path: Path) -> None:
    _migrate(tmp_path)
    with closing(sqlite3.connect(tmp_path / "holdfast.sqlite3")) as database:
        database.execute(_INSERT)
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            database.execute("DELETE FROM custody_event")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM custody_event", "never deleted"),
        ("TRUNCATE custody_event", "never deleted"),
        ("UPDATE custody_event SET kind = 'x'", "never changed"),
        ("UPDATE custody_event SET private = '{}'", "never changed"),
    ],
)
def test_postgresql_refuses_as_well(
    database: Database, tmp_path: Path, statement: str, words: str
) -> None:
    _migrate(tmp_path, HOLDFAST_DATABASE=database.url, HOLDFAST_SECRET_KEY="k" * 40)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(_INSERT)
        with pytest.raises(psycopg.DatabaseError, match=words):
            connection.execute(statement)  # type: ignore[call-overload]
