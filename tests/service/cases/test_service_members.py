"""Who is in a case: asked in, coming in, changed, put out, gone; and what is written of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from service.accounts.models import User
from service.captures.models import Capture
from service.cases import inviting, members
from service.cases.access import open_case, role_of
from service.cases.log import log_of
from service.cases.models import Case, Invitation, Membership
from service.cases.roles import Role
from service.custody.chain import faults
from service.custody.recording import Actor, history
from service.profiles.models import Profile
from service.sessions.supplying import supply
from service.webhooks.managing import make_webhook
from service.webhooks.models import Event, Webhook
from tests.service.sessions.test_service_sessions import COOKIES
from tests.support.people import browser_of, somebody
from tests.support.service_captures import queued
from tests.support.service_profiles import profile_of

pytestmark = pytest.mark.django_db

_ACTOR = Actor("user", "1", "ada@example.org", "192.0.2.1")


@pytest.fixture
def ada() -> User:
    """The owner."""
    return somebody("ada@example.org", name="Ada")


@pytest.fixture
def case(ada: User) -> Case:
    """Her case."""
    return open_case(ada, "Threats")


@pytest.fixture
def browser(ada: User) -> Client:
    """Her browser."""
    return browser_of(ada)


def _let_in(case: Case, email: str, role: Role) -> User:
    user = somebody(email)
    Membership.objects.create(case=case, user=user, role=role)
    return user


def _member(case: Case, user: User) -> Membership:
    return case.memberships.get(user=user)


def _at(case: Case, *rest: object) -> str:
    return f"/cases/{case.pk}/members/" + "".join(f"{each}/" for each in rest)


def _kinds(case: Case) -> list[str]:
    assert faults(history(case.pk, private=True)) == []
    return [each["kind"] for each in log_of(case)][::-1]


def test_somebody_with_an_account_is_asked_and_comes_in(case: Case, browser: Client) -> None:
    eve = somebody("eve@example.org")
    browser.post(_at(case, "invite"), {"email": "Eve@Example.org", "role": "caseworker"})
    assert role_of(eve, case) is None  # not without her own yes
    hers = browser_of(eve)
    page = hers.get("/invitations/").text
    assert "Ada" in page
    assert "Threats" in page
    assert hers.get(_at(case)).status_code == 404
    invitation = Invitation.objects.get()
    answer = hers.post(f"/invitations/{invitation.pk}/accept/")
    assert answer["Location"] == _at(case)
    assert role_of(eve, case) == Role.CASEWORKER
    assert not Invitation.objects.exists()
    assert _kinds(case) == ["open case", "invite", "join"]


def test_whether_there_is_an_account_is_not_shown(case: Case, browser: Client) -> None:
    somebody("eve@example.org")
    answers = []
    for email in ("eve@example.org", "bob@example.org"):
        told = {"email": email, "role": "viewer"}
        answer = browser.post(_at(case, "invite"), told, follow=True)
        answers.append(answer.text.replace(email, "EMAIL"))
    first, second = answers
    assert first.count("EMAIL") == second.count("EMAIL") == 3
    assert Invitation.objects.count() == 2


def test_an_invitation_waits_for_the_account(case: Case, browser: Client) -> None:
    browser.post(_at(case, "invite"), {"email": "late@example.org", "role": "viewer"})
    assert "Threats" in browser_of(somebody("late@example.org")).get("/invitations/").text


def test_it_is_for_one_person(case: Case, browser: Client) -> None:
    browser.post(_at(case, "invite"), {"email": "bob@example.org", "role": "owner"})
    invitation = Invitation.objects.get()
    eve = browser_of(somebody("eve@example.org"))
    assert "Threats" not in eve.get("/invitations/").text
    for act in ("accept", "decline"):
        answer = eve.post(f"/invitations/{invitation.pk}/{act}/")
        assert answer.status_code == 404
        assert answer.content == eve.post(f"/invitations/{uuid.uuid4()}/{act}/").content
    assert Invitation.objects.exists()


def test_it_can_be_declined_and_taken_back(case: Case, browser: Client) -> None:
    bob = somebody("bob@example.org")
    for number, act in enumerate(("decline", "withdraw")):
        browser.post(_at(case, "invite"), {"email": bob.email, "role": "viewer"})
        invitation = Invitation.objects.get()
        if number == 0:
            browser_of(bob).post(f"/invitations/{invitation.pk}/{act}/")
        else:
            browser.post(f"/cases/{case.pk}/invitations/{invitation.pk}/{act}/")
        assert not Invitation.objects.exists()
        assert browser_of(bob).post(f"/invitations/{invitation.pk}/accept/").status_code == 404
    assert _kinds(case)[1:] == ["invite", "decline invitation", "invite", "withdraw invitation"]


def test_it_ends(case: Case, ada: User) -> None:
    bob = somebody("bob@example.org")
    invitation = inviting.invite(case, bob.email, Role.VIEWER, ada, _ACTOR)
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert browser_of(bob).post(f"/invitations/{invitation.pk}/accept/").status_code == 404
    inviting.invite(case, bob.email, Role.VIEWER, ada, _ACTOR)  # asked again
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert inviting.remove_ended() == 1
    assert _kinds(case)[1:] == ["invite", "withdraw invitation"] * 2


def test_nobody_is_asked_twice(case: Case, browser: Client, ada: User) -> None:
    told = {"email": "bob@example.org", "role": "viewer"}
    browser.post(_at(case, "invite"), told)
    assert "has been asked already" in browser.post(_at(case, "invite"), told).text
    told["email"] = ada.email
    assert "is in this case already" in browser.post(_at(case, "invite"), told).text
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("told", [{"email": "nobody"}, {"role": "king"}, {"email": ""}])
def test_what_does_not_fit_asks_nobody(case: Case, browser: Client, told: dict[str, str]) -> None:
    browser.post(_at(case, "invite"), {"email": "bob@example.org", "role": "viewer", **told})
    assert not Invitation.objects.exists()


def test_a_role_is_changed(case: Case, browser: Client) -> None:
    bob = _let_in(case, "bob@example.org", Role.VIEWER)
    browser.post(_at(case, _member(case, bob).pk, "role"), {"role": "caseworker"})
    assert role_of(bob, case) == Role.CASEWORKER
    event = log_of(case)[0]
    assert event["detail"] == {"member": str(bob.pk), "role": "caseworker"}
    assert event["private"]["name"] == "ada@example.org"
    assert "ada@example.org" not in str(history(case.pk))


def test_somebody_is_put_out(case: Case, browser: Client) -> None:
    bob = _let_in(case, "bob@example.org", Role.CASEWORKER)
    assert browser_of(bob).get(_at(case)).status_code == 200
    browser.post(_at(case, _member(case, bob).pk, "remove"))
    assert browser_of(bob).get(_at(case)).status_code == 404
    assert _kinds(case) == ["open case", "remove member"]


def test_somebody_leaves(case: Case) -> None:
    bob = _let_in(case, "bob@example.org", Role.VIEWER)
    assert browser_of(bob).post(_at(case, "leave"))["Location"] == "/"
    assert role_of(bob, case) is None
    assert _kinds(case) == ["open case", "leave"]


def test_an_owner_always_remains(case: Case, browser: Client, ada: User) -> None:
    member = _member(case, ada)
    for path, told in (
        (_at(case, "leave"), {}),
        (_at(case, member.pk, "remove"), {}),
        (_at(case, member.pk, "role"), {"role": "viewer"}),
    ):
        answer = browser.post(path, told, follow=True)
        assert "A case needs an owner." in answer.text, path
    assert role_of(ada, case) == Role.OWNER
    browser.post(_at(case, member.pk, "role"), {"role": "owner"})  # no change, no harm
    assert role_of(ada, case) == Role.OWNER


def test_with_two_owners_one_may_go(case: Case, browser: Client, ada: User) -> None:
    bob = _let_in(case, "bob@example.org", Role.OWNER)
    browser.post(_at(case, "leave"))
    assert (role_of(ada, case), role_of(bob, case)) == (None, Role.OWNER)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.VIEWER])
def test_others_see_who_is_there_and_change_nobody(case: Case, ada: User, role: Role) -> None:
    bob = _let_in(case, "bob@example.org", role)
    his = browser_of(bob)
    page = his.get(_at(case)).text
    assert "Ada" in page
    assert "Ask somebody in" not in page
    told = {"email": "eve@example.org", "role": "owner"}
    assert his.post(_at(case, "invite"), told).status_code == 403
    for member in (_member(case, bob), _member(case, ada)):
        assert his.post(_at(case, member.pk, "role"), {"role": "owner"}).status_code == 403
        assert his.post(_at(case, member.pk, "remove")).status_code == 403
    assert (role_of(ada, case), role_of(bob, case)) == (Role.OWNER, role)


def test_a_member_of_another_case_is_not_there(case: Case, browser: Client) -> None:
    eve = somebody("eve@example.org")
    other = open_case(eve, "Another")
    foreign = _member(other, eve).pk
    for act in ("role", "remove"):
        answer = browser.post(_at(case, foreign, act), {"role": "viewer"})
        assert answer.status_code == 404
    assert role_of(eve, other) == Role.OWNER


def test_who_is_put_out_is_told_nothing_more(case: Case, ada: User) -> None:
    bob = _let_in(case, "bob@example.org", Role.OWNER)
    for owner in (ada, bob):
        make_webhook(case, owner, "https://hooks.example.org/", [Event.SEALED])
    members.change_role(case, _member(case, bob), Role.CASEWORKER, _ACTOR)
    assert Webhook.objects.get().made_by == ada


def test_who_invited_and_is_put_out_takes_the_invitation_along(case: Case, ada: User) -> None:
    bob = _let_in(case, "bob@example.org", Role.OWNER)
    inviting.invite(case, "eve@example.org", Role.OWNER, bob, _ACTOR)
    members.remove(case, _member(case, bob), _ACTOR)
    assert not Invitation.objects.exists()
    assert _kinds(case) == ["open case", "invite", "withdraw invitation", "remove member"]


@pytest.mark.parametrize(
    ("role", "keeps"), [(Role.CASEWORKER, True), (Role.VIEWER, False), (None, False)]
)
def test_who_may_not_submit_any_more_takes_their_sessions_along(
    case: Case, ada: User, role: Role | None, keeps: bool
) -> None:
    bob = _let_in(case, "bob@example.org", Role.OWNER)
    sessions = {each: supply(each, "mine", COOKIES) for each in (ada, bob)}
    for each, session in sessions.items():
        capture = queued(each, case, f"https://site.example/{each.pk}")
        Capture.objects.filter(pk=capture.pk).update(session=session, with_session=True)
        profile_of(each, case, f"https://site.example/@{each.pk}", session=session)
    if role is None:
        members.remove(case, _member(case, bob), _ACTOR)
    else:
        members.change_role(case, _member(case, bob), role, _ACTOR)
    left = {sessions[ada].pk, sessions[bob].pk if keeps else None}
    assert set(Capture.objects.values_list("session", flat=True)) == left
    assert set(Profile.objects.values_list("session", flat=True)) == left
    assert all(Capture.objects.values_list("with_session", flat=True))
    assert all(Profile.objects.values_list("with_session", flat=True))
