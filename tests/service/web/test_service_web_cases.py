"""The list of cases, a new one, and one with its captures, alive while something is under way."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.test import Client

from service.accounts.models import User
from service.captures import states
from service.captures.models import Capture, State
from service.cases.models import Case, Membership
from service.web.listing import PAGE_SIZE
from tests.support.service_captures import queued, sealed

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_the_first_page_lists_the_cases(client: Client, case: Case) -> None:
    page = client.get("/").content.decode()
    assert f"/cases/{case.pk}/" in page
    assert "you are its owner" in page


def test_a_case_of_others_is_not_listed(stranger: Client, case: Case) -> None:
    assert str(case.pk) not in stranger.get("/").content.decode()


def test_who_has_no_case_is_helped_to_one(stranger: Client) -> None:
    assert 'href="/cases/new"' in stranger.get("/").content.decode()
    made = stranger.post("/cases/new", {"name": "Blue folder"})
    assert made.status_code == 302
    assert Case.objects.filter(name="Blue folder").exists()
    assert Membership.objects.get(case__name="Blue folder").role == "owner"
    assert "Blue folder" in stranger.get(made["Location"]).content.decode()


@pytest.mark.parametrize("name", ["", "x" * 201, "a\0b"])
def test_a_name_that_is_none_is_told_beside_the_field(client: Client, name: str) -> None:
    page = client.post("/cases/new", {"name": name}).content.decode()
    assert "There is a problem" in page
    assert 'aria-invalid="true"' in page
    assert "Problem: New case" in page


def test_whoever_is_not_signed_in_signs_in_first(case: Case) -> None:
    answer = Client().get(f"/cases/{case.pk}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next=/cases/{case.pk}/"


def test_a_part_of_a_page_sends_its_whole_page_to_sign_in(case: Case) -> None:
    answer = Client().get(f"/cases/{case.pk}/", headers=HTMX)
    assert answer.status_code == 401
    assert answer["HX-Refresh"] == "true"


def test_unknown_and_forbidden_are_the_same(stranger: Client, case: Case) -> None:
    known, unknown = (stranger.get(f"/cases/{each}/") for each in (case.pk, uuid.uuid4()))
    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content


def test_newest_first_and_in_pages(client: Client, person: User, case: Case) -> None:
    for number in range(PAGE_SIZE + 1):
        queued(person, case, f"https://a.example/{number:03}")
    first = client.get(f"/cases/{case.pk}/").content.decode()
    assert first.index("/025") < first.index("/024") < first.index("/001")
    assert "/000" not in first
    second = client.get(f"/cases/{case.pk}/?show=all&page=2").content.decode()
    assert "/000" in second
    assert "/001" not in second
    for nonsense in ("0", "-1", "x", "99", "\0"):
        assert client.get(f"/cases/{case.pk}/", {"page": nonsense}).status_code == 200


def test_filtered_by_how_they_are(client: Client, person: User, case: Case, tmp_path: Path) -> None:
    queued(person, case, "https://a.example/waiting")
    sealed(person, case, tmp_path, "https://a.example/sealed")
    _failed(person, case, "https://a.example/failed")
    shown = {
        "under-way": "waiting",
        "preserved": "sealed",
        "failed": "failed",
    }
    for wanted, name in shown.items():
        page = client.get(f"/cases/{case.pk}/", {"show": wanted}).content.decode()
        listed = [each for each in shown.values() if f"a.example/{each}" in page]
        assert listed == [name]
    everything = client.get(f"/cases/{case.pk}/", {"show": "<nonsense>"}).content.decode()
    assert all(f"a.example/{each}" in everything for each in shown.values())
    assert "1 preserved, 1 not preserved, 1 under way" in everything


def test_a_failure_says_what_happened_and_what_to_do(
    client: Client, person: User, case: Case
) -> None:
    _failed(person, case, "https://a.example/failed")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "The browser did not start." in page
    assert "Try again. If it fails again, keep a screenshot of your own" in page


def test_an_open_page_asks_only_while_something_is_to_come(
    client: Client, person: User, case: Case
) -> None:
    assert "hx-trigger" not in client.get(f"/cases/{case.pk}/").content.decode()
    capture = queued(person, case)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "<noscript" not in page
    assert "Look again" in page  # the same by hand
    states.cancel(capture.pk, states.SYSTEM)
    part = client.get(f"/cases/{case.pk}/", headers=HTMX).content.decode()
    assert "hx-trigger" not in part


def test_nothing_moves_while_nothing_changes(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    url = _asked(client.get(f"/cases/{case.pk}/").content.decode())
    assert client.get(url, headers=HTMX).status_code == 204
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    moved = client.get(url, headers=HTMX)
    assert moved.status_code == 200
    part = moved.content.decode()
    assert "<html" not in part
    assert "It begins." in part
    assert "hx-swap-oob" not in part  # how many are done is the same: nothing to be spoken
    states.fail(lease, "browser failed", "The browser did not start.")
    assert 'id="summary" hx-swap-oob' in client.get(_asked(part), headers=HTMX).content.decode()


def test_each_step_is_told_in_plain_words(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.renew(lease, "asking for timestamps")
    assert (
        "Independent authorities are being asked"
        in client.get(f"/cases/{case.pk}/").content.decode()
    )


def test_titles_and_addresses_cannot_mislead(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    url = "https://a.example/%3Cscript%3E?q='\"><script>alert(1)</script>&x=\u05d0"
    capture = sealed(person, case, tmp_path, url)
    title = "</title><script>alert(1)</script>\u202egnp.exe\u2066\u200b" + "x" * 5_000
    Capture.objects.filter(pk=capture.pk).update(facts={**capture.facts, "title": title})
    for path in (f"/cases/{case.pk}/", f"/captures/{capture.pk}/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\\u202e" in page
        assert "x" * 201 not in page
        assert '<bdi class="address">https://a.example/' in page
    assert "\\u05d0" in page  # spelt out where letters can pass for others


def test_a_viewer_sees_no_button_to_submit(viewer: Client, person: User, case: Case) -> None:
    queued(person, case)
    page = viewer.get(f"/cases/{case.pk}/").content.decode()
    assert f"/cases/{case.pk}/submit" not in page
    assert "/cancel" not in page


def test_an_erased_capture_stays_as_a_line(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    assert client.post(f"/captures/{capture.pk}/erase", {"sure": "on"}).status_code == 302
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Capture of <time" in page
    assert "Its content is gone for good" in page


def _failed(person: User, case: Case, url: str) -> Capture:
    capture = queued(person, case, url)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.fail(lease, "browser failed", "The browser did not start.")
    assert Capture.objects.get(pk=capture.pk).state == State.FAILED
    return capture


def _asked(page: str) -> str:
    """What the list on the page asks for."""
    from html import unescape

    return unescape(page.partition('hx-get="')[2].partition('"')[0])
