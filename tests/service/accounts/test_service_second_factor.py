"""Codes of an app and recovery codes: set up, asked for, used once, taken away."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from service.accounts.models import User
from service.accounts.second_factor import SecondFactorAdapter
from tests.support.people import PASSWORD, code_of, confirm, sign_in

pytestmark = pytest.mark.django_db

_ACTIVATE = "/accounts/2fa/totp/activate/"


def _set_up(person: User) -> tuple[str, list[str]]:
    """Set up an app as the pages have it; its secret, and the recovery codes."""
    client = Client()
    sign_in(client, person.email)
    confirm(client, person)
    secret = re.search(r"The secret: <code>(\w+)</code>", client.get(_ACTIVATE).text)
    assert secret
    answer = client.post(_ACTIVATE, {"code": code_of(secret[1])})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"\b\d{8}\b", client.get(answer["Location"]).text)
    assert len(codes) == 10
    assert codes[0] not in client.get(answer["Location"]).text  # shown once
    return secret[1], codes


def _password_given(person: User) -> Client:
    client = Client()
    assert sign_in(client, person.email)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/account/").status_code == 302  # not in yet
    return client


def _give(client: Client, code: str) -> int:
    return client.post("/accounts/2fa/authenticate/", {"code": code}).status_code


def _later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_code_is_asked_for(person: User) -> None:
    secret, _ = _set_up(person)
    client = _password_given(person)
    assert _give(client, "000000") == 200
    assert client.get("/account/").status_code == 302
    assert _give(client, code_of(secret)) == 302
    assert client.get("/account/").status_code == 200


def test_to_set_it_up_one_shows_again_that_it_is_oneself(person: User, client: Client) -> None:
    sign_in(client, person.email)
    answer = client.get(_ACTIVATE)
    assert answer["Location"] == f"/accounts/reauthenticate/?next={_ACTIVATE.replace('/', '%2F')}"
    assert client.post(answer["Location"], {"password": "guess"}).status_code == 200
    assert client.get(_ACTIVATE).status_code == 302
    answer = client.post(answer["Location"], {"password": PASSWORD, "next": _ACTIVATE})
    assert answer["Location"] == _ACTIVATE
    assert client.get(_ACTIVATE).status_code == 200


def test_that_lasts_five_minutes(
    person: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, person.email)
    confirm(client, person)
    _later(monkeypatch, 299)
    assert client.get(_ACTIVATE).status_code == 200
    _later(monkeypatch, 2)
    assert client.get(_ACTIVATE).status_code == 302


@pytest.mark.parametrize("offset", [-30, 0, 30])
def test_a_code_counts_once_as_long_as_it_would_count(
    person: User, monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    secret, _ = _set_up(person)
    _later(monkeypatch, 120)
    code = code_of(secret, offset)
    assert _give(_password_given(person), code) == 302
    _later(monkeypatch, 31)  # allauth has forgotten it by now
    cache.delete(f"allauth.mfa.totp.used?user={person.pk}&code={code}")
    assert _give(_password_given(person), code) == 200


def test_an_old_code_does_not_count(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = _set_up(person)
    assert _give(_password_given(person), code_of(secret, -90)) == 200


def test_a_recovery_code_counts_once(person: User) -> None:
    _, codes = _set_up(person)
    assert _give(_password_given(person), codes[3]) == 302
    assert _give(_password_given(person), codes[3]) == 200
    assert _give(_password_given(person), codes[4]) == 302


def test_new_recovery_codes_end_the_old(person: User) -> None:
    _, codes = _set_up(person)
    client = _password_given(person)
    _give(client, codes[0])
    confirm(client, person)
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert _give(_password_given(person), codes[1]) == 200


def test_codes_cannot_be_tried_on_and_on(person: User) -> None:
    secret, _ = _set_up(person)
    client = _password_given(person)
    for number in range(5):
        assert _give(client, f"{number:06}") == 200
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "Too many tries" in answer.text
    assert client.get("/account/").status_code == 302


def test_the_password_alone_does_not_take_it_away(person: User) -> None:
    secret, _ = _set_up(person)
    client = _password_given(person)
    for path in ("/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/"):
        assert client.post(path).status_code == 302
    assert Authenticator.objects.count() == 2
    _give(client, code_of(secret))
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302  # to show it again
    assert Authenticator.objects.count() == 2
    confirm(client, person)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.count() == 0


def test_a_password_set_by_a_link_does_not_take_it_away(person: User) -> None:
    from service.accounts.passwords import password_link

    _set_up(person)
    client = Client()
    form = client.get(password_link(User.objects.get()).removeprefix("http://testserver"))
    told = {"password1": "another long phrase", "password2": "another long phrase"}
    client.post(form["Location"], told)
    answer = sign_in(Client(), person.email, "another long phrase")
    assert answer["Location"] == "/accounts/2fa/authenticate/"


def test_the_database_holds_no_secret_in_the_clear(person: User) -> None:
    secret, codes = _set_up(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_another_secret_key_is_no_open_door(settings: Settings) -> None:
    kept = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert SecondFactorAdapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY = "quite another key, of more than thirty-two characters"
    with pytest.raises(ImproperlyConfigured, match="HOLDFAST_SECRET_KEY"):
        SecondFactorAdapter().decrypt(kept)


@pytest.mark.parametrize(
    ("host", "more", "works"),
    [
        ("localhost:8000", {}, True),
        ("127.0.0.1:8000", {}, False),
        ("[::1]:8000", {}, False),
        ("holdfast.example.org", {}, False),
        ("holdfast.example.org", {"secure": True}, True),
        ("192.0.2.1", {"secure": True}, False),
    ],
)
def test_passkeys_are_offered_where_browsers_do_them(
    person: User, settings: Settings, host: str, more: dict[str, Any], works: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = Client().get("/accounts/login/", HTTP_HOST=host, **more).text
    assert ("Sign in with a passkey" in page) == works
