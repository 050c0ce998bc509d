"""Submitting: one field or a file, hostile or not; each line its verdict; nothing twice."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from service.captures.models import Capture, Queue, Submission
from service.cases.models import Case
from service.custody.recording import history

pytestmark = pytest.mark.django_db


def _key(client: Client, case: Case) -> str:
    page = client.get(f"/cases/{case.pk}/submit").content.decode()
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def _send(client: Client, case: Case, text: str = "", **more: object) -> str:
    """Send the form; the page that comes in the end."""
    given = {"addresses": text, "key": _key(client, case), **more}
    answer = client.post(f"/cases/{case.pk}/submit", given, follow=True)
    return answer.content.decode()


def test_what_must_not_be_captured_stands_above_the_button(client: Client, case: Case) -> None:
    page = client.get(f"/cases/{case.pk}/submit").content.decode()
    for words in ("Never submit sexual images of a child", "report.iwf.org.uk", "StopNCII"):
        assert page.index(words) < page.index("Preserve it now")
    assert "Nobody looks at it there" in page


def test_an_operator_of_another_country_says_it_otherwise(
    client: Client, case: Case, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "before-you-submit.html").write_text("<p>Meldet es der Polizei.</p>", "utf-8")
    (templates,) = settings.TEMPLATES
    settings.TEMPLATES = [{**templates, "DIRS": [tmp_path, *templates["DIRS"]]}]
    page = client.get(f"/cases/{case.pk}/submit").content.decode()
    assert "Meldet es der Polizei." in page
    assert "iwf" not in page


def test_the_operator_is_named(client: Client, case: Case, settings: Settings) -> None:
    settings.OPERATOR = "Refuge & Co"
    page = client.get(f"/cases/{case.pk}/submit").content.decode()
    assert "a machine of Refuge &amp; Co" in page


def test_one_address(client: Client, case: Case) -> None:
    page = _send(client, case, "https://a.example/1", note="first threat")
    assert "1 address is being preserved" in page
    capture = Capture.objects.get()
    assert (capture.url, capture.note, capture.queue) == (
        "https://a.example/1",
        "first threat",
        Queue.CAPTURE,
    )
    (event,) = history(capture.pk, private=True)
    assert event["actor"].startswith("user:")
    assert event["private"]["name"] == "ada@example.org"
    assert event["private"]["address"] == "127.0.0.1"


def test_each_line_gets_its_verdict(client: Client, case: Case) -> None:
    page = _send(
        client, case, "https://a.example/1\n\nftp://b.example\n  https://a.example/1 \nnonsense"
    )
    assert "1 address is being preserved" in page
    assert "1 was under way already" in page
    assert "2 cannot be preserved; the reason stands beside each" in page
    assert "is a file server" in page
    assert page.index("nonsense") < page.index("Under way already") < page.index("Accepted")
    assert Capture.objects.count() == 1


def test_a_double_click_submits_nothing_twice(client: Client, case: Case) -> None:
    given = {"addresses": "https://a.example/1", "key": _key(client, case)}
    first, second = (client.post(f"/cases/{case.pk}/submit", given) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Capture.objects.count() == Submission.objects.count() == 1


def test_a_form_that_was_changed_and_sent_again_is_asked_about(client: Client, case: Case) -> None:
    given = {"addresses": "https://a.example/1", "key": _key(client, case)}
    client.post(f"/cases/{case.pk}/submit", given)
    given["addresses"] = "https://a.example/2"
    answer = client.post(f"/cases/{case.pk}/submit", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Send it once more" in page
    assert "https://a.example/2" in page
    assert given["key"] not in page
    assert Capture.objects.count() == 1


@pytest.mark.parametrize("addresses", ["", " \n\t\n ", "\u200b"])
def test_nothing_is_no_submission(client: Client, case: Case, addresses: str) -> None:
    page = _send(client, case, addresses)
    assert "There is no address yet" in page or "Nothing was taken" in page
    assert not Capture.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "../..", "1" * 500])
def test_a_key_of_somebody_s_own_making_is_refused(client: Client, case: Case, key: str) -> None:
    given = {"addresses": "https://a.example/1", "key": key}
    assert client.post(f"/cases/{case.pk}/submit", given).status_code == 400
    assert not Capture.objects.exists()


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", b"\xef\xbb\xbfhttps://a.example/1\r\nhttps://a.example/2\r\n"),
        ("LIST.TXT", b"https://a.example/1\n\n\nhttps://a.example/2"),
        ("list.csv", b"when,where\n1,https://a.example/1\n2,https://a.example/2\n"),
        ("list.csv", b'"https://a.example/1",x\n"https://a.example/2","a ""quoted"" note"\n'),
    ],
)
def test_a_file_of_addresses(client: Client, case: Case, name: str, content: bytes) -> None:
    _send(client, case, file=_upload(name, content))
    urls = set(Capture.objects.values_list("url", flat=True))
    assert urls == {"https://a.example/1", "https://a.example/2"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.exe", b"https://a.example/1", "Only .txt and .csv"),
        ("list.txt.html", b"https://a.example/1", "Only .txt and .csv"),
        ("list.txt", b"\xff\xfe\x00h\x00t", "no text in UTF-8"),
        ("list.txt", b"https://a.example/1\0", "is no text"),
        ("list.csv", b'"' + b"x" * 200_000, "cannot be read as .csv"),
        ("list.txt", b"PK\x03\x04" + bytes(range(256)), "no text in UTF-8"),
        ("list.txt", b"https://a.example/\n" * 10_001, "at most 10,000 are taken"),
        ("list.txt", b"", "empty"),
        ("<script>alert(1)<.txt", b"\xff", "&lt;script&gt;"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    client: Client, case: Case, name: str, content: bytes, words: str
) -> None:
    page = _send(client, case, file=_upload(name, content))
    assert words in page
    assert "<script>alert" not in page
    assert not Capture.objects.exists()


def test_a_file_that_is_too_large_is_refused(client: Client, case: Case) -> None:
    page = _send(client, case, file=_upload("list.txt", b"x" * ((8 << 20) + 1)))
    assert "larger than 8 MB" in page


def test_a_body_beyond_all_measure_is_not_read_at_all(client: Client, case: Case) -> None:
    answer = client.generic("POST", f"/cases/{case.pk}/submit", b"x", CONTENT_LENGTH=str(1 << 40))
    assert answer.status_code == 413
    assert "That is too much at once" in answer.content.decode()
    odd = client.generic("POST", f"/cases/{case.pk}/submit", b"x", CONTENT_LENGTH="-5")
    assert odd.status_code == 413


def test_a_long_list_lets_others_go_first_and_is_shown_in_pages(client: Client, case: Case) -> None:
    lines = "\n".join(f"https://a.example/{number}" for number in range(450))
    page = _send(client, case, lines)
    assert "450 addresses are being preserved" in page
    assert "Page 1 of 3" in page
    assert set(Capture.objects.values_list("queue", flat=True)) == {Queue.BULK}


def test_hostile_lines_are_shown_for_what_they_are(client: Client, case: Case) -> None:
    page = _send(client, case, "javascript:alert('\u202e<b>')//" + "x" * 9_000)
    assert "\u202e" not in page
    assert "<b>'" not in page
    assert "x" * 600 not in page


def test_a_viewer_may_not_submit(viewer: Client, stranger: Client, case: Case) -> None:
    assert viewer.get(f"/cases/{case.pk}/submit").status_code == 403
    given = {"addresses": "https://a.example/1", "key": str(uuid.uuid4())}
    assert viewer.post(f"/cases/{case.pk}/submit", given).status_code == 403
    assert stranger.post(f"/cases/{case.pk}/submit", given).status_code == 404
    assert not Capture.objects.exists()


def test_a_submission_belongs_to_its_case(client: Client, case: Case, stranger: Client) -> None:
    _send(client, case, "https://a.example/1")
    submission = Submission.objects.get()
    stranger.post("/cases/new", {"name": "Mine"})
    mine = Case.objects.get(name="Mine")
    assert stranger.get(f"/cases/{mine.pk}/submissions/{submission.pk}").status_code == 404
    assert client.get(f"/cases/{case.pk}/submissions/{uuid.uuid4()}").status_code == 404


def test_a_form_without_its_token_is_refused_in_words(client: Client, case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(f"/cases/{case.pk}/submit", {"addresses": "https://a.example/1"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()
    assert not Capture.objects.exists()
