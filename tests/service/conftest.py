"""People, cases and captures for the tests of the service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from service.accounts.creating import create_account
from service.accounts.models import User
from service.cases.access import own_case
from service.cases.models import Case
from service.evidence.keeping import prepare_store
from tests.support.servers.fixtures import (
    database,
    durable_postgres,
    postgres_server,
    redis_server,
)
from tests.support.service_captures import forget_store

__all__ = ["database", "durable_postgres", "postgres_server", "redis_server"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database may be emptied between tests, which its own guard would forbid."""
    del django_db_setup
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS custody_event_no_delete")


PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db: None) -> User:
    """Somebody with an account."""
    return create_account("ada@example.org", PASSWORD)


@pytest.fixture
def other(db: None) -> User:
    """Somebody else."""
    return create_account("olga@example.org", PASSWORD)


@pytest.fixture
def empty_store() -> Iterator[None]:
    """Nothing is left in the store afterwards."""
    prepare_store()
    yield
    forget_store()


@pytest.fixture
def case(person: User) -> Case:
    """Their case."""
    return own_case(person)
