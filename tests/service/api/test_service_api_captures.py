"""Submitting, reading, calling off and erasing captures by the API."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from service.accounts.models import User
from service.captures import states
from service.captures.models import Capture, Result
from service.captures.reading import MAX_LINES
from service.cases.access import open_case
from service.cases.models import Case
from service.custody.chain import faults
from tests.support.api_client import Api, problem
from tests.support.service_captures import queued, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

URL = "https://example.org/post/1"


def test_each_address_gets_its_verdict_in_order(api: Api, case: Case) -> None:
    answer = api.post(
        "/captures", {"urls": [URL, "ftp://a.example", URL], "note": "line 1\nline 2"}
    )
    assert answer.status_code == 201
    first, second, third = answer.json()["items"]
    assert (first["url"], first["verdict"], first["state"]) == (URL, "accepted", "queued")
    assert (second["id"], second["verdict"], second["state"]) == (None, "refused", "refused")
    assert "file server" in second["reason"]
    assert (third["id"], third["verdict"]) == (first["id"], "duplicate")
    capture = Capture.objects.get()
    assert (str(capture.pk), capture.case, capture.note) == (first["id"], case, "line 1\nline 2")


def test_a_hostile_line_spoils_no_other(api: Api) -> None:
    hostile = ["", " ", "\x00", "x" * 100_000, "https://[", "https://a.example/\x1b[2J", URL]
    items = api.post("/captures", {"urls": hostile}).json()["items"]
    assert [each["verdict"] for each in items] == ["refused"] * 6 + ["accepted"]
    assert all(each["reason"] for each in items[:6])


def test_a_repeated_key_repeats_nothing(api: Api) -> None:
    first = api.post("/captures", {"urls": [URL]}, Idempotency_Key="k-1")
    again = api.post("/captures", {"urls": [URL]}, Idempotency_Key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Capture.objects.count() == 1


def test_a_key_of_another_request_is_refused(api: Api) -> None:
    api.post("/captures", {"urls": [URL]}, Idempotency_Key="k-1")
    problem(api.post("/captures", {"urls": [URL + "2"]}, Idempotency_Key="k-1"), "key-reused")
    assert Capture.objects.count() == 1


def test_a_key_is_its_persons_own(api: Api, stranger: Api) -> None:
    first = api.post("/captures", {"urls": [URL]}, Idempotency_Key="k-1").json()
    other = stranger.post("/captures", {"urls": [URL]}, Idempotency_Key="k-1").json()
    assert first["items"][0]["id"] != other["items"][0]["id"]


def test_a_case_is_taken_where_one_is_named(api: Api, person: User) -> None:
    other = open_case(person, "another")
    (item,) = api.post("/captures", {"urls": [URL], "case": str(other.pk)}).json()["items"]
    assert Capture.objects.get(pk=item["id"]).case == other


@pytest.mark.parametrize("queue", [None, "capture"])
def test_a_long_list_does_not_jump_the_queue(api: Api, queue: str | None) -> None:
    urls = [f"{URL}/{number}" for number in range(20)]
    api.post("/captures", {"urls": urls, **({"queue": queue} if queue else {})})
    assert set(Capture.objects.values_list("queue", flat=True)) == {"bulk"}


def test_one_address_may_let_others_go_first(api: Api) -> None:
    api.post("/captures", {"urls": [URL], "queue": "bulk"})
    assert Capture.objects.get().queue == "bulk"


def test_ten_thousand_lines_are_taken_and_one_more_is_not(api: Api) -> None:
    urls = [f"https://example.org/{number}" for number in range(MAX_LINES)]
    items = api.post("/captures", {"urls": urls}).json()["items"]
    assert len(items) == Capture.objects.count() == MAX_LINES
    assert {each["verdict"] for each in items} == {"accepted"}
    assert [each["url"] for each in items] == urls
    problem(api.post("/captures", {"urls": [*urls, URL]}), "does-not-fit")


def test_a_capture_is_shown(api: Api, person: User, case: Case, tmp_path: Path) -> None:
    capture = sealed(person, case, tmp_path, URL)
    shown = api.get(f"/captures/{capture.pk}").json()
    assert (shown["url"], shown["state"], shown["outcome"]) == (URL, "sealed", "captured")
    assert shown["evidence"]["sha256"] == capture.object_sha256
    assert shown["evidence"]["size"] == capture.object_size
    assert shown["statement_sha256"] == capture.statement_sha256


def test_what_is_not_for_you_is_not_there(
    stranger: Api, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path, URL)
    for end in ("", "/evidence.zip", "/files", "/files/bagit.txt", "/report", "/attempts",
                "/custody", "/custody?private=true"):  # fmt: skip
        hidden = problem(stranger.get(f"/captures/{capture.pk}{end}"), "not-found")
        nothing = problem(stranger.get(f"/captures/{uuid.uuid4()}{end}"), "not-found")
        assert hidden == nothing
    problem(stranger.post(f"/captures/{capture.pk}/cancel"), "not-found")
    problem(stranger.delete(f"/captures/{capture.pk}"), "not-found")
    problem(stranger.post("/captures", {"urls": [URL], "case": str(case.pk)}), "not-found")
    problem(stranger.get(f"/captures?case={case.pk}"), "not-found")
    assert stranger.get("/captures").json()["items"] == []


def test_roles_bound_what_is_done(
    viewer: Api, caseworker: Api, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path, URL)
    waiting = queued(person, case, URL + "/2")
    assert viewer.get(f"/captures/{capture.pk}/evidence.zip").status_code == 200
    problem(viewer.post("/captures", {"urls": [URL], "case": str(case.pk)}), "not-allowed")
    problem(viewer.post(f"/captures/{waiting.pk}/cancel"), "not-allowed")
    for member in (viewer, caseworker):
        problem(member.delete(f"/captures/{capture.pk}"), "not-allowed")
        problem(member.get(f"/captures/{capture.pk}/custody?private=true"), "not-allowed")
    assert caseworker.post(f"/captures/{waiting.pk}/cancel").status_code == 200


def test_only_what_has_not_begun_is_called_off(api: Api, person: User, case: Case) -> None:
    waiting, begun = queued(person, case, URL), queued(person, case, URL + "/2")
    assert states.claim(begun.pk, "w")
    assert api.post(f"/captures/{waiting.pk}/cancel").json()["state"] == "cancelled"
    assert api.post(f"/captures/{waiting.pk}/cancel").json()["state"] == "cancelled"
    assert problem(api.post(f"/captures/{begun.pk}/cancel"), "conflict")["state"] == "capturing"


def test_an_erased_capture_leaves_a_tombstone(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path, URL)
    for _ in range(2):
        left = api.delete(f"/captures/{capture.pk}").json()
        assert (left["state"], left["url"], left["evidence"]) == ("erased", "", None)
        assert left["statement_sha256"] == capture.statement_sha256
    for end in ("evidence.zip", "files", "files/bagit.txt", "report"):
        problem(api.get(f"/captures/{capture.pk}/{end}"), "erased")
    events = api.get(f"/captures/{capture.pk}/custody").json()["events"]
    assert [each["kind"] for each in events][-1] == "erase"
    assert events[-1]["actor"].startswith("token:")


def test_there_is_no_evidence_before_the_seal(api: Api, person: User, case: Case) -> None:
    capture = queued(person, case, URL)
    for end in ("evidence.zip", "files", "files/bagit.txt", "report"):
        refused = problem(api.get(f"/captures/{capture.pk}/{end}"), "not-sealed")
        assert refused["state"] == "queued"


def test_every_attempt_is_told(api: Api, person: User, case: Case) -> None:
    capture = queued(person, case, URL)
    lease = states.claim(capture.pk, "w")
    assert lease is not None
    states.put_back(lease, Result.AGAIN, "timed_out", "It is tried again.")
    assert states.claim(capture.pk, "w")
    first, second = api.get(f"/captures/{capture.pk}/attempts").json()["items"]
    assert (first["number"], first["result"], first["reason"]) == (1, "retry", "timed_out")
    assert (second["number"], second["result"], second["ended"]) == (2, "", None)
    assert "worker" not in first  # which machine it was is nobody's business outside


def test_the_report_is_the_verifiers(api: Api, person: User, case: Case, tmp_path: Path) -> None:
    capture = sealed(person, case, tmp_path, URL)
    assert api.get(f"/captures/{capture.pk}/report").json() == capture.report


def test_evidence_is_verified_again_once_a_minute(
    api: Api,
    viewer: Api,
    person: User,
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[uuid.UUID] = []
    monkeypatch.setattr("service.captures.rechecking.ring_to_verify", rung.append)
    capture = sealed(person, case, tmp_path, URL)
    for member in (api, api, viewer):
        answer = member.post(f"/captures/{capture.pk}/verify")
        assert (answer.status_code, answer.json()["state"]) == (202, "sealed")
    assert rung == [capture.pk]
    waiting = queued(person, case, URL + "/2")
    problem(api.post(f"/captures/{waiting.pk}/verify"), "not-sealed")


def test_custody_is_a_document_that_can_be_checked(
    api: Api, person: User, case: Case, tmp_path: Path
) -> None:
    capture = sealed(person, case, tmp_path, URL)
    document = api.get(f"/captures/{capture.pk}/custody").json()
    assert (document["type"], faults(document["events"])) == ("holdfast-custody", [])
    assert person.email not in str(document)
    private = api.get(f"/captures/{capture.pk}/custody?private=true").json()
    assert faults(private["events"]) == []
    assert person.email in str(private)
