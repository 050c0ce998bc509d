"""Members, invitations and share links by the API."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.access import role_of
from service.cases.inviting import accept, invitations_for
from service.cases.models import Case
from service.custody.recording import Actor, history
from service.sharing.links import find_link, opens
from tests.support.api_client import Api, problem
from tests.support.service_captures import queued, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


@pytest.fixture
def capture(person: User, case: Case, tmp_path: Path) -> Capture:
    """A sealed capture."""
    return sealed(person, case, tmp_path)


def test_a_link_is_made_shown_once_and_opens(api: Api, capture: Capture) -> None:
    path = f"/captures/{capture.pk}/shares"
    made = api.post(path, {"purpose": "Ms Okafor", "days": 3, "phrase": "grey geese fly"})
    assert made.status_code == 201
    body = made.json()
    link = find_link(body.pop("url").rstrip("/").rpartition("/")[2])
    assert (str(link.pk), link.capture_id) == (body["id"], capture.pk)
    assert opens(link, "grey geese fly")
    assert not opens(link, "something else")
    life = datetime.fromisoformat(body["expires"]) - datetime.fromisoformat(body["created"])
    assert life.days in {2, 3}
    assert (body["has_phrase"], body["views"]) == (True, 0)
    assert api.get(path).json() == {"items": [body]}
    assert history(capture.pk)[-1]["kind"] == "share"


def test_a_revoked_link_stays_in_the_list(api: Api, capture: Capture) -> None:
    path = f"/captures/{capture.pk}/shares"
    link = api.post(path, {"purpose": "a"}).json()["id"]
    for _ in range(2):
        assert api.delete(f"{path}/{link}").status_code == 204
    (shown,) = api.get(path).json()["items"]
    assert shown["revoked"]
    assert [each["kind"] for each in history(capture.pk)].count("unshare") == 1
    problem(api.delete(f"{path}/{uuid.uuid4()}"), "not-found")


def test_sharing_is_for_who_may(
    caseworker: Api, viewer: Api, stranger: Api, capture: Capture
) -> None:
    path = f"/captures/{capture.pk}/shares"
    assert caseworker.post(path, {"purpose": "a"}).status_code == 201
    problem(viewer.post(path, {"purpose": "a"}), "not-allowed")
    problem(viewer.get(path), "not-allowed")
    problem(stranger.post(path, {"purpose": "a"}), "not-found")
    problem(stranger.get(path), "not-found")


def test_only_what_is_sealed_is_shared(api: Api, person: User, case: Case) -> None:
    waiting = queued(person, case)
    problem(api.post(f"/captures/{waiting.pk}/shares", {"purpose": "a"}), "not-sealed")


@pytest.mark.parametrize(
    "body",
    [{}, {"purpose": ""}, {"purpose": "a\nb"}, {"purpose": "a", "days": 0},
     {"purpose": "a", "days": 91}, {"purpose": "a", "days": 4.5},
     {"purpose": "a", "days": "7"}, {"purpose": "a", "days": True},
     {"purpose": "a", "phrase": "short"}, {"purpose": "a", "phrase": "x" * 201}],
)  # fmt: skip
def test_a_link_that_does_not_fit_is_refused(
    api: Api, capture: Capture, body: dict[str, Any]
) -> None:
    problem(api.post(f"/captures/{capture.pk}/shares", body), "does-not-fit")


def test_somebody_is_asked_in_and_comes_by_their_own_yes(
    api: Api, viewer: Api, stranger: Api, case: Case
) -> None:
    path = f"/cases/{case.pk}/invitations"
    asked = api.post(path, {"email": "Mallory@example.org", "role": "caseworker"})
    unknown = api.post(path, {"email": "nobody@example.org", "role": "viewer"})
    assert (asked.status_code, unknown.status_code) == (201, 201)
    assert set(asked.json()) == set(unknown.json())  # it is not shown who has an account
    assert stranger.get(f"/cases/{case.pk}").status_code == 404
    mallory = User.objects.get(email="mallory@example.org")
    accept(mallory, invitations_for(mallory)[0].pk, Actor("user", str(mallory.pk)))
    assert stranger.get(f"/cases/{case.pk}").json()["role"] == "caseworker"
    listed = api.get(f"/cases/{case.pk}/members").json()
    assert [each["email"] for each in listed["invitations"]] == ["nobody@example.org"]
    assert "mallory@example.org" in {each["email"] for each in listed["items"]}
    assert viewer.get(f"/cases/{case.pk}/members").json()["invitations"] == []


def test_an_invitation_is_made_once_and_taken_back(api: Api, case: Case) -> None:
    path = f"/cases/{case.pk}/invitations"
    body = {"email": "nobody@example.org", "role": "viewer"}
    invitation = api.post(path, body).json()["id"]
    problem(api.post(path, body), "conflict")
    assert api.delete(f"{path}/{invitation}").status_code == 204
    problem(api.delete(f"{path}/{invitation}"), "not-found")
    assert api.post(path, body).status_code == 201


@pytest.mark.parametrize("email", ["", "a", "a@", "@b", "a b@c.example", "a@b", "x" * 300 + "@b.c"])
def test_what_is_no_address_is_not_asked(api: Api, case: Case, email: str) -> None:
    body = {"email": email, "role": "viewer"}
    problem(api.post(f"/cases/{case.pk}/invitations", body), "does-not-fit")


def test_a_role_is_changed_and_a_case_keeps_an_owner(
    api: Api, viewer: Api, person: User, case: Case
) -> None:
    vera = User.objects.get(email="vera@example.org")
    path = f"/cases/{case.pk}/members"
    problem(api.call("PUT", f"{path}/{person.pk}", {"role": "viewer"}), "conflict")
    problem(api.delete(f"{path}/{person.pk}"), "conflict")
    changed = api.call("PUT", f"{path}/{vera.pk}", {"role": "owner"})
    assert (changed.status_code, changed.json()["role"]) == (200, "owner")
    assert role_of(vera, case) == "owner"
    assert api.delete(f"{path}/{person.pk}").status_code == 204
    problem(api.get(f"/cases/{case.pk}"), "not-found")
    assert viewer.get(f"/cases/{case.pk}").json()["role"] == "owner"


def test_members_are_put_out_by_owners_and_leave_by_themselves(
    api: Api, viewer: Api, caseworker: Api, stranger: Api, case: Case
) -> None:
    vera, cora = (User.objects.get(email=f"{name}@example.org") for name in ("vera", "cora"))
    path = f"/cases/{case.pk}/members"
    problem(caseworker.delete(f"{path}/{vera.pk}"), "not-allowed")
    problem(caseworker.call("PUT", f"{path}/{cora.pk}", {"role": "owner"}), "not-allowed")
    problem(stranger.delete(f"{path}/{vera.pk}"), "not-found")
    assert viewer.delete(f"{path}/{vera.pk}").status_code == 204
    assert api.delete(f"{path}/{cora.pk}").status_code == 204
    problem(api.delete(f"{path}/{cora.pk}"), "not-found")
    for gone in (viewer, caseworker):
        problem(gone.get(f"/cases/{case.pk}"), "not-found")
