"""The page about one capture: its picture veiled, its facts, and what can be done with it."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from service.accounts.models import User
from service.captures import states
from service.captures.models import Attempt, Capture, Result, State
from service.cases.models import Case
from service.custody.models import Event
from service.custody.recording import history
from service.custody.viewing import ONE_LOOK
from tests.support.service_captures import queued, sealed

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _page(client: Client, capture: Capture, query: str = "") -> str:
    answer = client.get(f"/captures/{capture.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def _views(capture: Capture) -> list[str]:
    return [each["detail"]["page"] for each in history(capture.pk) if each["kind"] == "view"]


def test_facts_and_report_in_plain_words(client: Client, capture: Capture) -> None:
    page = _page(client, capture)
    for words in (
        "The page was preserved.",
        "A post",
        "21 Nov 2026, 12:01:59 UTC",
        "status 200",
        "CN=Test timestamping tsa",
        "The evidence is unchanged, and was sealed by this service.",
        "by <bdi>ada@example.org</bdi>",
        capture.statement_sha256,
        capture.object_sha256,
    ):
        assert words in page


def test_titles_of_pages_tell_nobody_anything(client: Client, capture: Capture, case: Case) -> None:
    for path in (
        "/",
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/submit",
        f"/captures/{capture.pk}/",
        f"/captures/{capture.pk}/report",
        f"/captures/{capture.pk}/custody",
        f"/captures/{capture.pk}/erase",
    ):
        page = client.get(path).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert title.endswith("Holdfast")
        assert not set(title.lower().split()) & {"evidence", "abuse", "threat", "victim", "a post"}


def test_the_picture_is_veiled_until_asked_for(client: Client, capture: Capture) -> None:
    page = _page(client, capture)
    assert 'class="veil"' in page
    assert "pictures/screenshot" not in page
    shown = _page(client, capture, "?show=1")
    assert "pictures/screenshot" in shown
    assert 'alt="Picture of the whole page at https://example.org/post/1' in shown


def test_a_picture_runs_nothing(client: Client, capture: Capture) -> None:
    answer = client.get(f"/captures/{capture.pk}/pictures/screenshot")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer).startswith(b"\x89PNG\r\n")  # type: ignore[arg-type]
    assert client.get(f"/captures/{capture.pk}/pictures/dom").status_code == 404


def test_a_look_is_one_event_an_hour(client: Client, viewer: Client, capture: Capture) -> None:
    for _ in range(3):
        _page(client, capture)
        client.get(f"/captures/{capture.pk}/pictures/screenshot")
    assert _views(capture) == ["capture", "screenshot"]
    _page(viewer, capture)
    assert _views(capture) == ["capture", "screenshot", "capture"]


def test_a_look_after_an_hour_is_another(
    client: Client, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page(client, capture)
    later = timezone.now() + ONE_LOOK * 1.01
    monkeypatch.setattr(timezone, "now", lambda: later)
    _page(client, capture)
    assert _views(capture) == ["capture", "capture"]


def test_what_is_not_sealed_is_not_looked_at(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    page = _page(client, capture)
    assert "It waits for its turn" in page
    assert "evidence.zip" not in page
    assert _views(capture) == []


def test_an_open_page_hears_how_it_goes(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    page = _page(client, capture)
    seen = page.partition("?seen=")[2].partition('"')[0]
    url = f"/captures/{capture.pk}/?seen={seen}"
    assert client.get(url, headers=HTMX).status_code == 204
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.fail(lease, "disk full", "The disk is full.")
    part = client.get(url, headers=HTMX).content.decode()
    assert "The disk is full." in part
    assert "hx-get" not in part
    assert "See what was preserved" in part


def test_attempts_are_told(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "timed_out", "The page answered late.", 3_600)
    page = _page(client, capture)
    assert "The page answered late." in page
    assert "The web site did not answer in time. The next try is at " in page
    assert Attempt.objects.count() == 1


def test_who_has_no_part_in_the_case_finds_nothing(stranger: Client, capture: Capture) -> None:
    for path in (
        "", "pictures/screenshot", "report", "custody", "custody.json", "evidence.zip",
        "everything.zip", "files/data/dom.html", "replay", "erase",
    ):  # fmt: skip
        known = stranger.get(f"/captures/{capture.pk}/{path}")
        unknown = stranger.get(f"/captures/{uuid.uuid4()}/{path}")
        assert known.status_code == unknown.status_code == 404, path
        assert known.content == unknown.content
    for path in ("cancel", "again", "note", "verify", "erase"):
        assert stranger.post(f"/captures/{capture.pk}/{path}").status_code == 404, path
    assert _views(capture) == []


def test_a_viewer_may_look_and_nothing_else(viewer: Client, capture: Capture) -> None:
    page = _page(viewer, capture)
    for path in ("again", "erase", "note", "cancel"):
        assert f"/captures/{capture.pk}/{path}" not in page
    for path in ("cancel", "again", "note"):
        assert viewer.post(f"/captures/{capture.pk}/{path}").status_code == 403, path
    assert viewer.get(f"/captures/{capture.pk}/erase").status_code == 403


@pytest.mark.parametrize("path", ["cancel", "again", "note", "verify"])
def test_deeds_are_never_done_by_following_a_link(
    client: Client, capture: Capture, path: str
) -> None:
    assert client.get(f"/captures/{capture.pk}/{path}").status_code == 405


def test_cancelled_before_it_begins(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    page = client.post(f"/captures/{capture.pk}/cancel", follow=True).content.decode()
    assert "It was taken back." in page
    assert Capture.objects.get().state == State.CANCELLED
    late = client.post(f"/captures/{capture.pk}/cancel", follow=True).content.decode()
    assert "It had begun already" in late


def test_tried_again_as_a_new_capture(client: Client, person: User, case: Case) -> None:
    old = queued(person, case)
    lease = states.claim(old.pk, "w")
    assert lease is not None
    states.fail(lease, "browser failed", "The browser did not start.")
    answer = client.post(f"/captures/{old.pk}/again")
    new = Capture.objects.exclude(pk=old.pk).get()
    assert answer["Location"] == f"/captures/{new.pk}/"
    assert (new.url, new.state, new.note) == (old.url, State.QUEUED, old.note)
    assert Capture.objects.get(pk=old.pk).state == State.FAILED
    second = client.post(f"/captures/{old.pk}/again", follow=True).content.decode()
    assert "is in the queue of this case already" in second
    assert Capture.objects.count() == 2


def test_an_erased_capture_cannot_be_tried_again(client: Client, person: User, case: Case) -> None:
    capture = queued(person, case)
    client.post(f"/captures/{capture.pk}/erase", {"sure": "on"})
    assert client.post(f"/captures/{capture.pk}/again").status_code == 404


def test_a_note_is_kept_and_escaped(client: Client, capture: Capture) -> None:
    client.post(f"/captures/{capture.pk}/note", {"note": "<b>first</b>\nsecond"})
    page = _page(client, capture)
    assert "The note is kept." in page
    assert "&lt;b&gt;first&lt;/b&gt;<br>second" in page
    refused = client.post(f"/captures/{capture.pk}/note", {"note": "x" * 5_001}, follow=True)
    assert "The note was not kept" in refused.content.decode()
    assert Capture.objects.get().note == "<b>first</b>\nsecond"


def test_an_alarm_of_the_store_is_shown(client: Client, capture: Capture) -> None:
    Capture.objects.filter(pk=capture.pk).update(fixity="altered")
    assert "When it was last read again, it was altered" in _page(client, capture)


def test_erasure_is_asked_twice(client: Client, capture: Capture) -> None:
    page = client.get(f"/captures/{capture.pk}/erase").content.decode()
    assert "This cannot be undone" in page
    unsure = client.post(f"/captures/{capture.pk}/erase")
    assert unsure.status_code == 400
    assert "Tick the box if you are sure" in unsure.content.decode()
    assert Capture.objects.get().state == State.SEALED
    sure = client.post(f"/captures/{capture.pk}/erase", {"sure": "on"}, follow=True)
    left = sure.content.decode()
    assert "It is erased." in left
    assert "An erased capture" in left
    assert "example.org/post" not in left
    assert capture.object_sha256 in left
    for path in ("evidence.zip", "pictures/screenshot", "report", "replay", "files/data/dom.html"):
        assert client.get(f"/captures/{capture.pk}/{path}").status_code == 404, path
    assert client.get(f"/captures/{capture.pk}/erase").status_code == 404


def test_an_erasure_that_a_lock_forbids_says_until_when(
    client: Client, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.evidence.errors import Retained
    from service.evidence.store.local import LocalStore

    def locked(self: LocalStore, key: str) -> None:
        raise Retained("The object is locked until 2031-01-01.")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "delete", locked)
        answer = client.post(f"/captures/{capture.pk}/erase", {"sure": "on"})
    assert answer.status_code == 400
    assert "locked until 2031-01-01" in answer.content.decode()
    assert Capture.objects.get().state == State.SEALED
    assert not Event.objects.filter(kind="erase").exists()


def test_a_caseworker_may_not_erase(caseworker: Client, capture: Capture) -> None:
    answer = caseworker.post(f"/captures/{capture.pk}/erase", {"sure": "on"})
    assert answer.status_code == 403
    assert Capture.objects.get().state == State.SEALED


def test_other_outcomes_say_what_to_do(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path)
    Capture.objects.filter(pk=capture.pk).update(outcome="login_wall")
    page = _page(client, capture)
    assert "Please check" in page
    assert "Keep a screenshot of your own" in page
