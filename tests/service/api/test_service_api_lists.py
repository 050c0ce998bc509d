"""Lists in pages: complete, without twins, stable while things are added."""

from __future__ import annotations

import re
from typing import Any

import pytest

from service.accounts.models import User
from service.captures import states
from service.captures.models import Capture
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.recording import SYSTEM
from tests.support.api_client import Api, problem
from tests.support.service_captures import queued

pytestmark = pytest.mark.django_db


def _follow(api: Api, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        answer = api.get(following)
        page = answer.json()
        items += page["items"]
        following = page["next"] and page["next"].removeprefix("http://testserver/api/v1")
        link = answer.headers.get("Link")
        assert link == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
    return items


def _submit(api: Api, *names: object) -> list[str]:
    urls = [f"https://example.org/{name}" for name in names]
    return [item["id"] for item in api.post("/captures", {"urls": urls}).json()["items"]]


def test_pages_are_all_of_it_newest_first(api: Api) -> None:
    ids = [each for name in range(5) for each in _submit(api, name, f"{name}b")]
    for limit in (1, 3, 10, 200):
        assert [each["id"] for each in _follow(api, f"/captures?limit={limit}")] == ids[::-1]


def test_what_is_added_meanwhile_shifts_nothing(api: Api) -> None:
    old = _submit(api, *range(6))
    page = api.get("/captures?limit=2").json()
    seen = [each["id"] for each in page["items"]]
    while page["next"]:
        _submit(api, f"new-{len(seen)}", f"newer-{len(seen)}")
        page = api.get(page["next"].removeprefix("http://testserver/api/v1")).json()
        seen += [each["id"] for each in page["items"]]
    assert seen == old[::-1]


def test_equals_are_told_apart(api: Api) -> None:
    """Two submissions can carry the same nanosecond."""
    ids = _submit(api, *range(9))
    Capture.objects.update(sequence=7)
    assert sorted(each["id"] for each in _follow(api, "/captures?limit=2")) == sorted(ids)


def test_filters_are_kept_from_page_to_page(api: Api, person: User) -> None:
    other = open_case(person, "another")
    mine = [str(queued(person, other, f"https://example.org/{n}").pk) for n in range(5)]
    _submit(api, *range(3))
    states.cancel(Capture.objects.get(pk=mine[0]).pk, SYSTEM)
    path = f"/captures?case={other.pk}&state=queued&state=sealed&limit=2"
    assert [each["id"] for each in _follow(api, path)] == mine[:0:-1]
    assert [each["id"] for each in _follow(api, f"/captures?case={other.pk}&limit=1")] == mine[::-1]
    assert len(_follow(api, "/captures?state=cancelled")) == 1


def test_an_address_is_found_exactly(api: Api) -> None:
    one, _ = _submit(api, "a?x=%2F&y=1", "a")
    (found,) = _follow(api, "/captures?url=https%3A%2F%2Fexample.org%2Fa%3Fx%3D%252F%26y%3D1")
    assert found["id"] == one


def test_cases_are_listed_with_your_part_in_them(
    api: Api, viewer: Api, person: User, case: Case
) -> None:
    names = [open_case(person, f"case {number}").name for number in range(3)]
    listed = _follow(api, "/cases?limit=2")
    assert [each["name"] for each in listed] == [*names[::-1], case.name]
    assert {each["role"] for each in listed} == {"owner"}
    (one,) = viewer.get("/cases").json()["items"]
    assert (one["id"], one["role"]) == (str(case.pk), "viewer")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=1e2", "limit=%2B5", "limit=five", "limit=", "cursor=",
     "cursor=zzzz", "cursor=W10", "cursor=WzEsMl0", "cursor=bnVsbA", "case=1", "case=",
     "case=7d3a3f6e0c5b4a7e9d3e2f1b8f6a5c4d", "state=SEALED", "state=", "colour=red",
     "limit=1&limit=2", "cursor=" + "A" * 300],
)  # fmt: skip
def test_a_query_that_does_not_fit_is_refused(api: Api, query: str) -> None:
    body = problem(api.get(f"/captures?{query}"), "does-not-fit")
    (wrong,) = body["errors"]
    assert re.match(r"query\.\w+", wrong["where"])


def test_a_cursor_of_one_list_is_none_of_another(api: Api, person: User) -> None:
    _submit(api, 1, 2)
    following = api.get("/captures?limit=1").json()["next"]
    cursor = following.rpartition("cursor=")[2]
    problem(api.get(f"/cases?cursor={cursor}"), "does-not-fit")
