"""People who look at pages, and captures to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case, Membership
from service.cases.roles import Role
from service.evidence.keeping import prepare_store
from tests.support.service_captures import forget_store, sealed


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The pages use the cache, whose table no migration makes."""
    del django_db_setup
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def _store() -> Iterator[None]:
    """An empty store for each test."""
    prepare_store()
    yield
    forget_store()


@pytest.fixture
def person(db: None) -> User:
    """Somebody with an account; without a password, whose slow hash no page here asks for."""
    return User.objects.create_user("ada@example.org", None)


@pytest.fixture
def client(person: User) -> Client:
    """A browser in which `person`, who owns `case`, is signed in."""
    made = Client(SERVER_NAME="testserver")
    made.force_login(person)
    return made


@pytest.fixture
def stranger(db: None) -> Client:
    """Somebody signed in who belongs to no case."""
    made = Client()
    made.force_login(User.objects.create_user("mallory@example.org", None))
    return made


@pytest.fixture
def viewer(case: Case) -> Client:
    """Somebody who may look at the case, and nothing more."""
    return _member(case, "vera@example.org", Role.VIEWER)


@pytest.fixture
def caseworker(case: Case) -> Client:
    """Somebody who works on the case for its owner."""
    return _member(case, "carla@example.org", Role.CASEWORKER)


@pytest.fixture
def capture(person: User, case: Case, tmp_path: Path) -> Capture:
    """A sealed capture of the case."""
    return sealed(person, case, tmp_path)


def _member(case: Case, email: str, role: Role) -> Client:
    user = User.objects.create_user(email, None)
    Membership.objects.create(case=case, user=user, role=role)
    made = Client()
    made.force_login(user)
    return made
