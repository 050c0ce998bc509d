"""The first visitor of an empty system administers it, once, and where they may be the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from service.accounts import first
from service.accounts.creating import create_account
from service.accounts.models import User
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db

_ASKED = {"email": "Ada@Example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def alone(settings: Settings, tmp_path: Path) -> Settings:
    """A service that only this machine can reach."""
    settings.ORIGIN = "http://127.0.0.1:8000"
    settings.DATA = tmp_path
    return settings


def test_the_sign_in_page_leads_there(alone: Settings, client: Client) -> None:
    assert client.get("/accounts/login/").headers["Location"] == "/setup/"
    page = client.get("/setup/")
    assert page.status_code == 200
    assert "Setup code" not in page.content.decode()


def test_the_first_visitor_administers_and_is_signed_in(alone: Settings, client: Client) -> None:
    answer = client.post("/setup/", _ASKED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    user = User.objects.get()
    assert (user.email, user.is_administrator) == ("ada@example.org", True)
    assert user.password.startswith("argon2")
    assert client.get("/account/").status_code == 200


def test_afterwards_there_is_nothing(alone: Settings, client: Client) -> None:
    client.post("/setup/", _ASKED)
    other = Client()
    assert other.get("/setup/").status_code == 404
    assert other.post("/setup/", {**_ASKED, "email": "eve@example.org"}).status_code == 404
    assert other.get("/accounts/login/").status_code == 200
    assert User.objects.count() == 1


def test_an_account_made_on_the_machine_closes_it(alone: Settings, client: Client) -> None:
    create_account("ada@example.org", PASSWORD)
    assert client.get("/setup/").status_code == 404


@pytest.mark.parametrize(
    ("origin", "more"),
    [
        ("https://holdfast.example.org", {}),
        ("http://127.0.0.1:8000", {"REMOTE_ADDR": "192.0.2.7"}),
        ("http://127.0.0.1:8000", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}),
        ("http://127.0.0.1:8000", {"HTTP_FORWARDED": "for=127.0.0.1"}),
    ],
)
def test_where_strangers_can_come_a_code_is_needed(
    alone: Settings, client: Client, origin: str, more: dict[str, Any]
) -> None:
    alone.ORIGIN = origin
    code = first.make_code()
    assert (alone.DATA / "setup-code").stat().st_mode & 0o077 == 0
    assert "Setup code" in client.get("/setup/", **more).content.decode()
    for wrong in ("", "guess", code[:-1], f"{code}x"):
        client.post("/setup/", {**_ASKED, "code": wrong}, **more)
        assert not User.objects.exists(), wrong
    client.post("/setup/", {**_ASKED, "code": code}, **more)
    assert User.objects.get().is_administrator
    assert not (alone.DATA / "setup-code").exists()


def test_without_a_code_on_the_disk_none_is_right(alone: Settings, client: Client) -> None:
    alone.ORIGIN = "https://holdfast.example.org"
    client.post("/setup/", {**_ASKED, "code": ""})
    client.post("/setup/", {**_ASKED, "code": "\n"})
    assert not User.objects.exists()


def test_codes_cannot_be_tried_on_and_on(alone: Settings, client: Client) -> None:
    alone.ORIGIN = "https://holdfast.example.org"
    code = first.make_code()
    for _ in range(10):
        assert client.post("/setup/", {**_ASKED, "code": "guess"}).status_code == 200
    answer = client.post("/setup/", {**_ASKED, "code": code})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "ada@example.org"])
def test_a_weak_password_makes_no_account(alone: Settings, client: Client, password: str) -> None:
    answer = client.post("/setup/", {**_ASKED, "password1": password, "password2": password})
    assert answer.status_code == 200
    assert first.is_empty()


def test_two_passwords_must_be_one(alone: Settings, client: Client) -> None:
    client.post("/setup/", {**_ASKED, "password2": f"{PASSWORD}!"})
    assert first.is_empty()
