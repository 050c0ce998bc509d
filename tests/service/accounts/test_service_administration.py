"""Administrators let people in and out, never all of them, and see nothing of any case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from service.accounts import administration
from service.accounts.creating import create_account
from service.accounts.log import log_of
from service.accounts.models import User
from service.accounts.tokens import Scope, create_token, find_token
from service.cases.access import NotAllowed, NotFound, case_for, open_case
from service.cases.log import log_of as case_log
from service.cases.roles import Act
from service.custody.chain import faults
from service.custody.recording import Actor, history
from tests.support.people import PASSWORD, browser_of, sign_in, somebody
from tests.support.service_captures import forget_store, sealed

pytestmark = pytest.mark.django_db

_ACTOR = Actor("administrator", "1", "root@example.org", "192.0.2.1")


@pytest.fixture
def root() -> User:
    """The only administrator."""
    return somebody("root@example.org", is_administrator=True)


@pytest.fixture
def office(root: User) -> Client:
    """Their browser."""
    return browser_of(root, is_fresh=True)


def _do(office: Client, user: User, deed: str) -> int:
    return office.post(f"/administration/{user.pk}/{deed}/").status_code


def test_an_account_is_made_with_a_link(office: Client) -> None:
    told = {"email": "New@Example.org", "name": "Ms New"}
    answer = office.post("/administration/open/", told)
    link = re.search(r"http://testserver(/[\w/-]+/)", answer.text)
    assert link
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    assert not user.is_administrator
    client = Client()
    form = client.get(link[1])
    client.post(form["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(client, "new@example.org").status_code == 302
    assert [each["kind"] for each in log_of(user)] == ["password set", "create account"]
    assert link[1] not in office.get("/administration/").text


def test_an_address_has_one_account(office: Client) -> None:
    answer = office.post("/administration/open/", {"email": "ROOT@example.org"})
    assert "There is an account for root@example.org already." in answer.text
    assert User.objects.count() == 1


@pytest.mark.parametrize("deed", [*("link", "off", "reset-factor", "sign-out")])
def test_others_cannot(root: User, deed: str) -> None:
    eve = browser_of(somebody("eve@example.org"), is_fresh=True)
    assert eve.get("/administration/").status_code == 403
    assert eve.get(f"/administration/{root.pk}/").status_code == 403
    assert _do(eve, root, deed) == 403
    assert log_of(root) == []


def test_what_is_grave_needs_the_password_again() -> None:
    office = browser_of(create_account("root@example.org", PASSWORD, is_administrator=True))
    user = somebody("ada@example.org")
    for deed in ("link", *administration_deeds()):
        answer = office.post(f"/administration/{user.pk}/{deed}/")
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert log_of(user) == []


def administration_deeds() -> list[str]:
    from service.accounts.administration_pages import DEEDS

    return list(DEEDS)


def test_switched_off_is_out_at_once(office: Client, person: User, client: Client) -> None:
    sign_in(client, person.email)
    text, _ = create_token(person, [Scope.CASES_READ])
    _do(office, person, "off")
    assert client.get("/account/").status_code == 302
    assert find_token(text) is None
    assert sign_in(Client(), person.email)["Location"] == "/accounts/inactive/"
    _do(office, person, "on")
    assert sign_in(Client(), person.email)["Location"] == "/"
    assert find_token(text) is None
    assert [each["kind"] for each in log_of(person)] == ["switch on", "switch off"]


def test_sessions_are_ended(office: Client, person: User, client: Client) -> None:
    sign_in(client, person.email)
    _do(office, person, "sign-out")
    assert client.get("/account/").status_code == 302
    assert not UserSession.objects.filter(user=person).exists()


def test_a_second_factor_is_taken_away(office: Client, person: User, client: Client) -> None:
    sign_in(client, person.email)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    _do(office, person, "reset-factor")
    assert not Authenticator.objects.exists()
    assert client.get("/account/").status_code == 302
    assert sign_in(client, person.email)["Location"] == "/"


def test_the_last_administrator_stays(office: Client, root: User) -> None:
    for deed in ("unmake-administrator", "off"):
        _do(office, root, deed)
        assert "This is the only administrator." in office.get(f"/administration/{root.pk}/").text
    root.refresh_from_db()
    assert (root.is_administrator, root.is_active) == (True, True)


def test_one_who_is_switched_off_does_not_count(office: Client, root: User) -> None:
    other = somebody("other@example.org", is_administrator=True, is_active=False)
    with pytest.raises(administration.LastAdministrator):
        administration.unmake_administrator(root, _ACTOR)
    administration.unmake_administrator(other, _ACTOR)
    other.refresh_from_db()
    assert not other.is_administrator


def test_administrators_come_and_go(office: Client, root: User) -> None:
    ada = somebody("ada@example.org")
    _do(office, ada, "make-administrator")
    assert browser_of(ada).get("/administration/").status_code == 200
    _do(office, root, "unmake-administrator")
    assert office.get("/administration/").status_code == 403


@pytest.mark.parametrize("deed", ["link", "reset-factor"])
def test_who_could_come_in_is_written_into_the_cases(
    office: Client, person: User, deed: str
) -> None:
    case = open_case(person, "Threats")
    _do(office, person, deed)
    kinds = {"link": "password link", "reset-factor": "second factor reset"}
    event = case_log(case)[0]
    assert event["kind"] == kinds[deed]
    assert event["actor"].startswith("administrator:")
    assert event["detail"] == {"member": str(person.pk)}
    assert faults(history(case.pk, private=True)) == []
    assert "root@example.org (administrator)" in browser_of(person).get("/account/").text


def test_an_administrator_sees_no_case(office: Client, root: User, tmp_path: Path) -> None:
    """Not by the door of a case, and not on any page of theirs."""
    ada = somebody("ada@example.org")
    case = open_case(ada, "What the neighbour wrote")
    url = "https://example.org/post/secret-address"
    capture = sealed(ada, case, tmp_path, url=url)
    capture.note = "This is the flat on the corner"
    capture.save(update_fields=["note"])
    with pytest.raises(NotFound):
        case_for(root, case.pk, Act.READ)
    pages = ["/administration/", f"/administration/{ada.pk}/", "/account/", "/invitations/"]
    for path in pages:
        text = office.get(path).text
        for secret in (case.name, url, "example.org/post", capture.note, str(case.pk)):
            assert secret not in text, path
        assert str(capture.pk) not in text, path
    for path in (f"/cases/{case.pk}/members/", f"/captures/{capture.pk}/shares/"):
        assert office.get(path).status_code == 404
    forget_store()


def test_a_role_too_small_is_told_as_such() -> None:
    """For comparison: who is in the case is told that it is there."""
    ada, vera = somebody("ada@example.org"), somebody("vera@example.org")
    case = open_case(ada, "Threats")
    case.memberships.create(user=vera, role="viewer")
    with pytest.raises(NotAllowed):
        case_for(vera, case.pk, Act.MANAGE)
