"""Fixtures for conftests, which import them by name: databases with real transactions, a machine of
one's own, a clock that a test sets."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from service.accounts.models import User
from service.captures import clock
from service.captures.models import Capture, Queue
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.kinds import Kind
from service.custody.recording import Actor, record_first
from service.evidence.keeping import evidence_store
from tests.support import databases
from tests.support.servers import Postgres
from tests.support.servers.postgres import Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    databases.migrate(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_template(
    postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Database:
    template = postgres_server.database()
    databases.migrate(
        tmp_path_factory.mktemp("postgresql"),
        HOLDFAST_DATABASE=template.url,
        HOLDFAST_SECRET_KEY="k" * 40,
    )
    return template


@pytest.fixture(params=["sqlite", "postgresql"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Django's database is a fresh one, SQLite and PostgreSQL in turn; threads may use it."""
    kind: str = request.param
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        with django_db_blocker.unblock(), databases.sqlite_of(template, tmp_path / "data"):
            yield kind
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgresql_template")
    with (
        server.database(copy_of=template) as fresh,
        django_db_blocker.unblock(),
        databases.postgresql_at(fresh.url),
    ):
        yield kind


@pytest.fixture
def machine(
    sqlite_template: Path, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """The data folder of one machine: SQLite, outbox and store, in this process's settings too."""
    data = tmp_path / "data"
    with django_db_blocker.unblock(), databases.sqlite_of(sqlite_template, data):
        settings.DATA = data
        settings.EVIDENCE_STORE = f"file://{data / 'evidence'}"
        evidence_store.cache_clear()
        yield data
    evidence_store.cache_clear()


class SetClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The database's clock, in the test's hand."""
    hand = SetClock()
    monkeypatch.setattr(clock, "now", hand)
    return hand


@pytest.fixture
def owner(request: pytest.FixtureRequest) -> User:
    """Somebody, in whichever database the test uses."""
    request.getfixturevalue("machine" if "machine" in request.fixturenames else "either")
    return User.objects.create(email=f"{uuid.uuid4()}@example.org")


@pytest.fixture
def new_case(owner: User) -> Callable[[], Case]:
    return lambda: open_case(owner, "A case")


Submit = Callable[..., list[Capture]]


@pytest.fixture
def submit(owner: User, new_case: Callable[[], Case]) -> Submit:
    """`submit("a.example", "b.example", case=…, queue=…)`: one capture of each host, in order."""
    count = 0

    def act(*hosts: str, case: Case | None = None, queue: Queue = Queue.CAPTURE) -> list[Capture]:
        nonlocal count
        chosen = case or new_case()
        made = []
        for host in hosts:
            count += 1
            made.append(
                Capture(
                    sequence=count,
                    case=chosen,
                    submitted_by=owner,
                    url=f"https://{host}/{count}",
                    host=host,
                    queue=queue,
                )
            )
        Capture.objects.bulk_create(made, batch_size=500)
        record_first((each.pk for each in made), Kind.SUBMIT, Actor("user"), {})
        return made

    return act
