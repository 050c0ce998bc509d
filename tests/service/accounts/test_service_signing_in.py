"""Signing in says as little as it can, leads nowhere else, and cannot be tried on and on."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from service.accounts.models import User
from tests.support.people import PASSWORD, sign_in, somebody

pytestmark = pytest.mark.django_db

_MISMATCH = "This e-mail address and password do not belong together."


def _words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_with_the_right_password(person: User, client: Client) -> None:
    answer = sign_in(client, "Ada@Example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200
    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")  # ends with the browser


def test_a_wrong_password_and_nobody_are_told_alike(person: User) -> None:
    wrong = sign_in(Client(), person.email, "not the password")
    nobody = sign_in(Client(), "nobody@example.org", "not the password")
    assert wrong.status_code == nobody.status_code == 200
    assert _MISMATCH in _words(wrong)
    assert _MISMATCH in _words(nobody)
    assert abs(len(wrong.content) - len(nobody.content)) < 20


def test_a_disabled_account_does_not_get_in(person: User, client: Client) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, person.email)["Location"] == "/accounts/inactive/"
    assert client.get("/account/").status_code == 302
    assert _MISMATCH in _words(sign_in(client, person.email, "not the password"))


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_an_account_is_tried_five_times(person: User, email: str) -> None:
    for number in range(5):
        answer = sign_in(Client(), email, "guess", REMOTE_ADDR=f"192.0.2.{number}")
        assert _MISMATCH in _words(answer)
    answer = sign_in(Client(), email, PASSWORD, REMOTE_ADDR="192.0.2.99")
    assert "Too many tries. Wait five minutes, then try again." in _words(answer)


def test_another_host_name_is_no_new_count(person: User, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        sign_in(Client(), person.email, "guess", HTTP_HOST=f"h{number}.example.org")
    answer = sign_in(Client(), person.email, HTTP_HOST="new.example.org")
    assert "Too many tries" in _words(answer)


def test_an_address_is_tried_twenty_times(person: User) -> None:
    for number in range(20):
        sign_in(Client(), f"somebody{number}@example.org", "guess")
    assert "Too many tries" in _words(sign_in(Client(), person.email))
    assert sign_in(Client(), person.email, REMOTE_ADDR="192.0.2.99").status_code == 302


def test_the_count_forgets(person: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        sign_in(client, person.email, "guess")
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert sign_in(client, person.email).status_code == 302


def test_the_count_outlives_many_others(person: User, client: Client) -> None:
    """Django's cache in the database keeps 300 things unless it is told otherwise."""
    for _ in range(5):
        sign_in(client, person.email, "guess")
    from django.core.cache import cache

    for number in range(400):
        cache.set(f"filler-{number}", 1, 3_600)
    assert "Too many tries" in _words(sign_in(client, person.email))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "http://0b1c.replay.localhost/",  # allowed as a host, and hostile
        "http://localhost/",
        "https://testserver.evil.example/",
        "http://testserver@evil.example/",
    ],
)
def test_next_leads_nowhere_else(person: User, elsewhere: str) -> None:
    client = Client()
    answer = client.post(
        "/accounts/login/", {"login": person.email, "password": PASSWORD, "next": elsewhere}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")
    client.get(f"/accounts/login/?next={elsewhere}")  # signed in already
    assert client.get("/accounts/login/", {"next": elsewhere})["Location"] == "/"
    out = client.post("/accounts/logout/", {"next": elsewhere})
    assert out["Location"] == "/accounts/login/"


def test_next_leads_to_a_page_of_ours(person: User, client: Client) -> None:
    answer = client.get("/account/tokens/")
    assert answer["Location"] == "/accounts/login/?next=/account/tokens/"
    told = {"login": person.email, "password": PASSWORD, "next": "/account/tokens/"}
    assert client.post("/accounts/login/", told)["Location"] == "/account/tokens/"


def test_a_form_without_its_token_is_refused(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, person.email).status_code == 403
    page = client.get("/accounts/login/")
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    told = {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/accounts/login/", told).status_code == 302


def test_signing_out_needs_a_form(person: User, client: Client) -> None:
    client.force_login(person)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *("accounts/signup/", "accounts/email/", "accounts/confirm-email/", "accounts/"),
        *("accounts/password/set/", "accounts/login/code/", "accounts/login/code/confirm/"),
        *("accounts/2fa/trust/", "accounts/2fa/webauthn/signup/", "accounts/3rdparty/"),
        *("accounts/2fa/recovery-codes/download/", "accounts/signup/passkey/"),
    ],
)
def test_what_allauth_has_besides_is_not_there(path: str) -> None:
    client = Client()
    client.force_login(somebody("ada@example.org"))
    assert client.get(f"/{path}").status_code == 404
    assert client.post(f"/{path}").status_code == 404
