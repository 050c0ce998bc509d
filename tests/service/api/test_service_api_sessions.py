"""Sessions through the API: supplied, named by submissions, replaced, removed; never shown."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from service.accounts.models import User
from service.captures.models import Capture
from service.profiles.models import Profile
from service.sessions import supplying
from service.sessions.models import SuppliedSession
from tests.service.sessions.test_service_sessions import COOKIES, SECRET
from tests.support.api_client import Api, problem

pytestmark = pytest.mark.django_db
URL = "https://site.example/members"


def _supply(api: Api, name: str = "mine") -> dict[str, Any]:
    answer = api.post("/sessions", {"name": name, "content": COOKIES.decode()})
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_it_is_shown_without_its_values(api: Api) -> None:
    told = _supply(api)
    assert (told["name"], told["hosts"], told["ended"]) == ("mine", {"site.example": 2}, None)
    listed = api.get("/sessions")
    assert listed.json()["items"] == [told]
    assert SECRET not in listed.content.decode()


def test_captures_and_profiles_are_seen_by_it(api: Api) -> None:
    session = _supply(api)["id"]
    assert api.post("/captures", {"urls": [URL], "session": session}).status_code == 201
    profile = api.post("/profiles", {"url": URL, "session": session}).json()
    capture = Capture.objects.get()
    assert (str(capture.session_id), capture.with_session) == (session, True)
    assert str(Profile.objects.get().session_id) == session
    assert profile["with_session"] is True
    assert api.get(f"/captures/{capture.pk}").json()["with_session"] is True


def test_the_same_address_by_other_eyes_is_another_capture(api: Api) -> None:
    session = _supply(api)["id"]
    for more in ({}, {"session": session}, {}, {"session": session}):
        (item,) = api.post("/captures", {"urls": [URL], **more}).json()["items"]
    assert item["verdict"] == "duplicate"
    assert Capture.objects.count() == 2


def test_somebody_elses_is_not_known(api: Api, other: User) -> None:
    theirs = supplying.supply(other, "theirs", COOKIES)
    for session in (theirs.pk, uuid.uuid4()):
        asked = {"urls": [URL], "session": str(session)}
        problem(api.post("/captures", asked), "not-found")
        problem(api.post("/profiles", {"url": URL, "session": str(session)}), "not-found")
        content = {"content": COOKIES.decode()}
        problem(api.call("PUT", f"/sessions/{session}", content), "not-found")
        problem(api.delete(f"/sessions/{session}"), "not-found")
    assert api.get("/sessions").json()["items"] == []
    assert not Capture.objects.exists()


def test_it_is_replaced_and_removed(api: Api) -> None:
    told = _supply(api)
    supplying.end(SuppliedSession.objects.get(), "the site asks to log in")
    (ended,) = api.get("/sessions").json()["items"]
    assert ended["why"] == "the site asks to log in"
    content = {"content": COOKIES.decode()}
    replaced = api.call("PUT", f"/sessions/{told['id']}", content).json()
    assert (replaced["id"], replaced["ended"], replaced["why"]) == (told["id"], None, "")
    api.post("/captures", {"urls": [URL], "session": told["id"]})
    assert api.delete(f"/sessions/{told['id']}").status_code == 204
    capture = Capture.objects.get()
    assert (capture.session_id, capture.with_session) == (None, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Mine!", "content": COOKIES.decode()},
        {"name": "mine", "content": "no cookies"},
        {"name": "mine", "content": ""},
        {"name": "mine"},
    ],
)
def test_what_does_not_fit_is_refused(api: Api, asked: dict[str, str]) -> None:
    problem(api.post("/sessions", asked), "does-not-fit")


@pytest.mark.parametrize(
    "content",
    [[SECRET], {"cookies": SECRET}, f"\ud800{SECRET}", f"{SECRET}\0", SECRET + "x" * 4_000_000],
)
def test_a_refusal_repeats_nothing_of_it(api: Api, content: object) -> None:
    answer = api.post("/sessions", {"name": "mine", "content": content})
    assert 400 <= answer.status_code < 500
    assert SECRET not in answer.content.decode()
    assert not SuppliedSession.objects.exists()
