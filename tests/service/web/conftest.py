"""People who look at pages, and captures to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from capture.browser.find import find_chromium
from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case, Membership
from service.cases.roles import Role
from service.evidence.keeping import prepare_store
from tests.service.web.browsing import Person
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The real browser, as it comes: none of the switches that captures use."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright has a loop in this thread
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visitor(live_server: LiveServer, settings: Settings, chromium: Browser) -> Iterator[Person]:
    """Somebody at a browser; the console must have nothing to say in the end."""
    port = live_server.url.rpartition(":")[2]
    settings.ORIGIN = live_server.url
    settings.REPLAY_ORIGIN = f"http://{{capture}}.replay.localhost:{port}"
    settings.ALLOWED_HOSTS = ["localhost", ".replay.localhost"]
    made = Person(chromium, live_server.url)
    yield made
    assert made.said == []


def _member(case: Case, email: str, role: Role) -> Client:
    user = User.objects.create_user(email, None)
    Membership.objects.create(case=case, user=user, role=role)
    made = Client()
    made.force_login(user)
    return made
