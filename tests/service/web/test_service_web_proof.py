"""The verification report and the custody log, in plain words."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from service import bell
from service.accounts.models import User
from service.accounts.templatetags.accounts import WORDS
from service.captures.models import Capture
from service.captures.rechecking import note_no_report, note_report
from service.custody.kinds import Kind, PeopleKind
from service.custody.recording import history
from service.web.chronicle import what_happened
from tests.support.service_captures import sample_report

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _page(client: Client, capture: Capture, path: str) -> str:
    return client.get(f"/captures/{capture.pk}/{path}").content.decode()


def test_the_report_answers_four_questions(client: Client, capture: Capture) -> None:
    page = _page(client, capture, "report")
    for words in (
        "Is it unchanged since it was sealed?",
        "Was it sealed here?",
        "Is it proved to have existed at a certain time?",
        "Is the record whole?",
        "That the person named on the page wrote what it shows.",
        "9 records in 6066 bytes, every digest right",
        "21 Nov 2026, 12:02:00 UTC",
    ):
        assert words in page
    assert "/tests/vectors" not in page  # no path of the machine that verified


def test_a_report_of_a_version_to_come_is_not_guessed_at(client: Client, capture: Capture) -> None:
    Capture.objects.filter(pk=capture.pk).update(report={"format": "holdfast-report", "version": 2})
    assert "There is no report that this page can read" in _page(client, capture, "report")
    assert "Checked" not in _page(client, capture, "")


def test_a_contradiction_is_not_softened(client: Client, capture: Capture) -> None:
    report = sample_report()
    claims = {**report["claims"]}
    claims["integrity"] = {**claims["integrity"], "verdict": "CONTRADICTED", "reasons": ["<b>x"]}
    changed = {**report, "verdict": "CONTRADICTED", "claims": claims}
    Capture.objects.filter(pk=capture.pk).update(report=changed)
    page = _page(client, capture, "report")
    assert "No. It is not as it was sealed. Do not rely on it." in page
    assert "&lt;b&gt;x." in page


def test_verified_again_when_somebody_asks(
    client: Client,
    capture: Capture,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rung: list[tuple[str, str]] = []
    monkeypatch.setattr(
        bell.Ringer, "ring", lambda _, asked, times: rung.append((asked.task, asked.of))
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/captures/{capture.pk}/verify")
        client.post(f"/captures/{capture.pk}/verify")  # a double click asks once
    assert rung == [("workers.tasks.verify_again", str(capture.pk))]
    url = answer["Location"]
    assert "being fetched from the store" in client.get(url).content.decode()
    assert client.get(url, headers=HTMX).status_code == 204
    assert note_report(capture, sample_report())
    part = client.get(url, headers=HTMX).content.decode()
    assert "See the new report" in part
    assert "hx-get" not in part
    assert history(capture.pk)[-1]["detail"]["verdicts"]["integrity"] == "PROVED"


def test_an_answer_that_does_not_come_is_told(
    client: Client, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    asked = int(now.timestamp() * 1000)
    assert "being fetched" in _page(client, capture, f"report?asked={asked}")
    monkeypatch.setattr(time, "time", lambda: now.timestamp() + 301)
    assert "It has not been verified yet" in _page(client, capture, f"report?asked={asked}")
    for nonsense in ("x", "-1", "9" * 50, "\u0665"):
        assert client.get(f"/captures/{capture.pk}/report", {"asked": nonsense}).status_code == 200


def test_evidence_that_cannot_be_had_is_noted(client: Client, capture: Capture) -> None:
    assert note_no_report(capture, "altered")
    assert "Verified: it is NOT as it was." in _page(client, capture, "report")
    assert "Not one byte of it has changed" in _page(client, capture, "report")  # the last report


def test_the_log_in_plain_words(client: Client, viewer: Client, capture: Capture) -> None:
    client.get(f"/captures/{capture.pk}/")
    viewer.get(f"/captures/{capture.pk}/files/data/dom.html")
    page = _page(client, capture, "custody")
    for words in (
        "Submitted.",
        "Attempt 1 began.",
        "Sealed, checked and stored.",
        "Verified: everything that must be proved is proved.",
        "The page about it was looked at.",
        "Downloaded: data/dom.html.",
        "A capturing machine",
        "vera@example.org",
        "from 127.0.0.1",
        "All 6 lines fit together.",
    ):
        assert words in page


def test_the_log_names_nobody_to_others(client: Client, viewer: Client, capture: Capture) -> None:
    client.get(f"/captures/{capture.pk}/")
    page = _page(viewer, capture, "custody")
    assert "ada@example.org" not in page
    assert "127.0.0.1" not in page
    assert "Somebody of this case" in page
    assert "private=true" not in page


def test_a_log_that_was_tampered_with_says_so(
    client: Client, person: User, capture: Capture
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER custody_event_no_change")
        cursor.execute("UPDATE custody_event SET kind = 'view' WHERE number = 2")
    page = _page(client, capture, "custody")
    assert "The log has been changed." in page
    assert "event 2 was changed" in page


@pytest.mark.parametrize("kind", list(Kind))
def test_every_event_of_a_capture_has_words(kind: Kind) -> None:
    said = what_happened(kind, {})
    assert said != f"{kind}."
    assert said.endswith(".")


def test_every_event_of_people_has_words() -> None:
    assert set(WORDS) == set(PeopleKind)
