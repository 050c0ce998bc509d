"""Profiles through the API: submitted once, shown as they are, repeated, called off."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from service.accounts.models import User
from service.captures.erasing import erase
from service.captures.models import Capture
from service.cases.models import Case
from service.custody.chain import faults
from service.custody.recording import SYSTEM
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from tests.support.api_client import Api, problem
from tests.support.service_captures import sealed
from tests.support.service_profiles import URL, finished, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


def _submit(api: Api, **more: Any) -> dict[str, Any]:
    answer = api.post("/profiles", {"url": URL, **more})
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_what_is_submitted_is_committed_and_shown(api: Api, case: Case) -> None:
    told = _submit(api, max_posts=20, since="2026-01-31", interval=3600)
    assert (told["url"], told["case"], told["state"]) == (URL, str(case.pk), "waiting")
    assert (told["max_posts"], told["since"], told["interval"]) == (20, "2026-01-31", 3600)
    assert told["posts"] == dict.fromkeys(told["posts"], 0)
    assert api.get(f"/profiles/{told['id']}").json() == told
    assert api.get("/profiles").json()["items"] == [told]
    chain = api.get(f"/profiles/{told['id']}/custody").json()
    assert [each["kind"] for each in chain["events"]] == ["submit"]
    assert faults(chain["events"]) == []


def test_a_key_makes_it_one_request(api: Api) -> None:
    asked = {"url": URL, "max_posts": 3}
    first = api.post("/profiles", asked, Idempotency_Key="one").json()
    assert api.post("/profiles", asked, Idempotency_Key="one").json() == first
    other = api.post("/profiles", {"url": URL}, Idempotency_Key="one")
    problem(other, "key-reused")
    assert Profile.objects.count() == 1


def test_an_account_is_archived_once_in_a_case(api: Api) -> None:
    told = _submit(api)
    refused = problem(api.post("/profiles", {"url": URL}), "conflict")
    assert told["id"] in refused["detail"]
    api.post(f"/profiles/{told['id']}/cancel")
    assert _submit(api)["id"] != told["id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "no address"},
        {"max_posts": 0},
        {"since": "yesterday"},
        {"since": 5},
        {"interval": 599},
        {"interval": True},
        {"session": "x"},
    ],
)
def test_what_does_not_fit_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    problem(api.post("/profiles", {"url": URL, **wrong}), "does-not-fit")
    assert not Profile.objects.exists()


def test_posts_come_in_pages_and_by_what_became_of_them(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    for number in range(3, 8):
        post(profile, number)
    path = f"/profiles/{profile.pk}/posts"
    page = api.get(f"{path}?limit=5").json()
    rest = api.get(page["next"].removeprefix("http://testserver/api/v1")).json()
    numbers = [each["number"] for each in [*page["items"], *rest["items"]]]
    assert (numbers, rest["next"]) == ([7, 6, 5, 4, 3, 2, 1], None)
    gone = api.get(f"{path}?change=gone").json()["items"]
    assert [each["number"] for each in gone] == [2]
    assert api.get(f"{path}?state=captured").json()["items"] == []
    assert api.get(f"/profiles/{profile.pk}").json()["posts"]["gone"] == 1


def test_the_list_is_handed_out_once_it_is_sealed(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    waiting = _submit(api)
    problem(api.get(f"/profiles/{waiting['id']}/inventory.zip"), "not-sealed")
    profile = finished(person, case, tmp_path, "https://social.example/@other")
    inventory = api.get(f"/profiles/{profile.pk}").json()["inventory"]
    assert api.get(f"/captures/{inventory}").json()["content"] == "inventory"
    given = api.get(f"/profiles/{profile.pk}/inventory.zip")
    whole = b"".join(given.streaming_content)
    assert len(whole) == Capture.objects.get(pk=inventory).object_size


def test_it_is_repeated_when_asked_and_by_its_interval(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    path = f"/profiles/{profile.pk}"
    told = api.call("PATCH", path, {"interval": 600}).json()
    assert (told["interval"], told["next"] is not None) == (600, True)
    told = api.call("PATCH", path, {"interval": None}).json()
    assert (told["interval"], told["next"]) == (None, None)
    assert api.post(f"{path}/again").json()["state"] == "waiting"
    problem(api.post(f"{path}/again"), "conflict")
    Profile.objects.update(state=Stage.PAUSED, reason="login wall")
    told = api.post(f"{path}/again").json()
    assert (told["state"], told["reason"]) == ("waiting", "")
    assert api.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert api.post(f"{path}/cancel").json()["state"] == "cancelled"
    problem(api.call("PATCH", path, {"interval": 600}), "conflict")


def test_what_is_not_yours_is_not_there(api: Api, stranger: Api, viewer: Api, case: Case) -> None:
    told = _submit(api, case=str(case.pk))
    path = f"/profiles/{told['id']}"
    for of in ("", "/posts", "/inventory.zip", "/custody"):
        problem(stranger.get(f"{path}{of}"), "not-found")
    assert viewer.get(path).status_code == 200
    problem(viewer.post(f"{path}/cancel"), "not-allowed")
    problem(stranger.post("/profiles", {"url": URL, "case": str(case.pk)}), "not-found")
    problem(api.get(f"/profiles/{uuid.uuid4()}"), "not-found")
    assert stranger.get("/profiles").json()["items"] == []


def test_what_is_erased_leaves_no_text_in_the_list(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    profile = finished(person, case, tmp_path)
    capture = sealed(person, case, tmp_path, "https://social.example/@grimwald/1")
    row = ProfilePost.objects.get(number=1)
    told = {"statement_sha256": capture.statement_sha256, "outcome": "captured"}
    told |= {"started": "2026-11-20T10:00:00.000000Z", "url": capture.url, "bag": capture.bag}
    Taken.objects.create(
        profile=profile, post=row, capture=capture, what=What.POST, run=1, told=told
    )
    shown = api.get(f"/profiles/{profile.pk}/posts").json()["items"][-1]
    assert [each["id"] for each in shown["captures"]] == [str(capture.pk)]
    erase(capture, SYSTEM)
    shown = api.get(f"/profiles/{profile.pk}/posts").json()["items"][-1]
    assert (shown["text"], shown["captures"], shown["state"]) == ("", [], "not_reached")
