"""Sessions end: by time, by doing nothing, by hand, by an administrator's."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from service.accounts.models import User
from tests.support.people import browser_of, sign_in, somebody
from workers.tasks import tidy

pytestmark = pytest.mark.django_db


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)

    def minutes(self, number: float) -> None:
        self.now += number * 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for a test."""
    return Clock(monkeypatch)


def _is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_hour_of_nothing_ends_it(clock: Clock) -> None:
    client = browser_of(somebody("ada@example.org"))
    clock.minutes(59)
    assert _is_in(client)
    clock.minutes(59)
    assert _is_in(client)
    clock.minutes(61)
    assert not _is_in(client)
    assert "signed out because some time has passed" in client.get("/accounts/login/").text


def test_a_page_that_refreshes_itself_is_nobody(clock: Clock) -> None:
    client = browser_of(somebody("ada@example.org"))
    for _ in range(13):
        clock.minutes(5)
        client.get("/account/", headers={"HX-Request": "true"})
    assert not _is_in(client)


def test_half_a_day_ends_it_whatever_happens(clock: Clock) -> None:
    client = browser_of(somebody("ada@example.org"))
    for _ in range(23):
        clock.minutes(30)
        assert _is_in(client)
    clock.minutes(31)
    assert not _is_in(client)


def test_a_session_without_a_beginning_is_over() -> None:
    client = browser_of(somebody("ada@example.org"))
    session = client.session
    del session["began"]
    session.save()
    assert not _is_in(client)


def test_an_old_cookie_opens_nothing_after_signing_out() -> None:
    client = browser_of(somebody("ada@example.org"))
    cookie = client.cookies["session"].value
    client.post("/accounts/logout/")
    again = Client()
    again.cookies["session"] = cookie
    assert not _is_in(again)


def test_signing_in_makes_a_new_session(person: User, client: Client) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["session"] = session.session_key
    sign_in(client, person.email)
    assert client.session.session_key != session.session_key


def test_others_are_seen_and_ended(person: User, client: Client) -> None:
    elsewhere = Client(headers={"User-Agent": "A telephone"})
    sign_in(client, person.email)
    sign_in(elsewhere, person.email)
    page = client.get("/accounts/sessions/").text
    assert "A telephone" in page
    session = UserSession.objects.get(user_agent="A telephone")
    assert client.post(f"/accounts/sessions/{session.pk}/end/").status_code == 302
    assert not _is_in(elsewhere)
    assert _is_in(client)


def test_all_others_are_ended_at_once(person: User, client: Client) -> None:
    others = [Client(), Client()]
    for each in (*others, client):
        sign_in(each, person.email)
    client.post("/accounts/sessions/")
    assert [_is_in(each) for each in (*others, client)] == [False, False, True]


def test_nobody_ends_somebody_elses(person: User, client: Client) -> None:
    sign_in(client, person.email)
    session = UserSession.objects.get()
    eve = browser_of(somebody("eve@example.org"))
    assert eve.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert _is_in(client)


def test_a_disabled_account_is_out_at_once(person: User, client: Client) -> None:
    sign_in(client, person.email)
    User.objects.update(is_active=False)
    assert not _is_in(client)


def test_what_is_over_is_forgotten(person: User, client: Client) -> None:
    gone = Client()
    sign_in(gone, person.email)
    sign_in(client, person.email)
    Session.objects.filter(session_key=gone.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    tidy()
    assert UserSession.objects.get().session_key == client.session.session_key
    assert Session.objects.count() == 1
    assert _is_in(client)
