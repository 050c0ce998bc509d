"""Passwords change and are forgotten; whoever was in with the old one is out."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django.fixtures import Settings

from service.accounts.log import log_of
from service.accounts.models import User
from service.accounts.passwords import password_link
from service.accounts.tokens import Scope, create_token, find_token
from tests.support.people import PASSWORD, browser_of, sign_in, somebody

pytestmark = pytest.mark.django_db

_NEW = "a quite different long phrase"
_BOTH = {"password1": _NEW, "password2": _NEW}


@pytest.fixture
def post_office(settings: Settings) -> None:
    """A way out for e-mail (the test's own)."""
    settings.EMAIL_HOST = "mail.example.org"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True


def _path(link: str) -> str:
    assert link.startswith("http://testserver/")
    return link.removeprefix("http://testserver")


def _set_by(link: str, client: Client | None = None) -> int:
    """Follow a link and set the new password; the status of the last answer."""
    client = client or Client()
    form = client.get(_path(link), follow=True)
    return client.post(form.request["PATH_INFO"], _BOTH).status_code


def test_a_change_ends_every_session_and_token(person: User, client: Client) -> None:
    elsewhere = browser_of(person)
    sign_in(client, person.email)
    text, _ = create_token(person, [Scope.CASES_READ])
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **_BOTH})
    assert answer["Location"] == "/accounts/login/"
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 302
    assert find_token(text) is None
    assert sign_in(Client(), person.email).status_code == 200
    assert sign_in(Client(), person.email, _NEW).status_code == 302
    assert [each["kind"] for each in log_of(person)] == ["password set"]


def test_a_change_needs_the_old_password(person: User, client: Client) -> None:
    sign_in(client, person.email)
    for _ in range(5):
        answer = client.post("/accounts/password/change/", {"oldpassword": "guess", **_BOTH})
        assert "This is not your present password." in answer.text
    told = {"oldpassword": PASSWORD, **_BOTH}
    assert client.post("/accounts/password/change/", told).status_code == 429
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_link_sets_a_password_once(person: User) -> None:
    link = password_link(person)
    assert _set_by(link) == 302
    assert "This link does not work" in Client().get(_path(link)).text
    assert sign_in(Client(), person.email, _NEW).status_code == 302


def test_the_link_is_taken_out_of_the_address(person: User, client: Client) -> None:
    answer = client.get(_path(password_link(person)))
    assert answer["Location"].endswith("-set-password/")


def test_a_link_is_for_one_person(person: User) -> None:
    eve = somebody("eve@example.org")
    link = password_link(eve).replace(eve.pk.hex, person.pk.hex)
    assert "This link does not work" in Client().get(_path(link)).text


def test_a_link_ends(person: User, settings: Settings) -> None:
    link = password_link(person)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work" in Client().get(_path(link)).text


def test_a_link_ends_once_somebody_signs_in(person: User) -> None:
    link = password_link(person)
    sign_in(Client(), person.email)
    assert "This link does not work" in Client().get(_path(link)).text


def test_a_link_ends_sessions_and_tokens(person: User, client: Client) -> None:
    sign_in(client, person.email)
    text, _ = create_token(person, [Scope.CASES_READ])
    assert _set_by(password_link(User.objects.get())) == 302
    assert client.get("/account/").status_code == 302
    assert find_token(text) is None


def test_without_mail_the_administrator_is_to_be_asked(person: User, client: Client) -> None:
    assert "Ask your administrator" in client.get("/accounts/password/reset/").text
    answer = client.post("/accounts/password/reset/", {"email": person.email})
    assert answer.status_code == 405
    assert mail.outbox == []


@pytest.mark.usefixtures("post_office")
def test_with_mail_a_link_comes(person: User, client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "Ada@example.org"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    link = re.search(r"http://\S+", str(message.body))
    assert link
    assert _set_by(link[0]) == 302
    assert [each.subject for each in mail.outbox] == ["Your link", "Password Reset"]
    assert "192." not in str(mail.outbox[1].body)


@pytest.mark.usefixtures("post_office")
def test_nobody_is_told_whether_there_is_an_account(person: User) -> None:
    known = Client().post("/accounts/password/reset/", {"email": person.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [len(each.to) for each in mail.outbox] == [1, 1]  # and it takes as long
    assert "no account" in str(mail.outbox[1].body)


@pytest.mark.usefixtures("post_office")
def test_the_link_is_ours_whatever_host_was_asked(person: User, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    told = {"email": person.email}
    Client().post("/accounts/password/reset/", told, HTTP_HOST="evil.example")
    assert "http://testserver/" in str(mail.outbox[0].body)
    assert "evil" not in str(mail.outbox[0].body)


@pytest.mark.usefixtures("post_office")
def test_a_mail_server_that_fails_changes_nothing_of_the_answer(
    person: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    answer = client.post("/accounts/password/reset/", {"email": person.email})
    assert answer["Location"] == "/accounts/password/reset/done/"


@pytest.mark.usefixtures("post_office")
def test_mails_cannot_be_asked_for_on_and_on(person: User) -> None:
    for _ in range(3):
        Client().post("/accounts/password/reset/", {"email": person.email})
    answer = Client().post("/accounts/password/reset/", {"email": person.email})
    assert answer.status_code == 429
    assert len(mail.outbox) == 3
