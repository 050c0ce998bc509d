"""The bag and its files over HTTP: ranges, entity tags, digests, custody."""

from __future__ import annotations

import base64
import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.models import Case
from service.custody.recording import history
from service.evidence.keeping import evidence_store
from tests.support.api_client import Answer, Api, problem
from tests.support.service_captures import sample_bag, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


@pytest.fixture
def capture(person: User, case: Case, tmp_path: Path) -> Capture:
    """A sealed capture."""
    return sealed(person, case, tmp_path)


@pytest.fixture
def zip_path(capture: Capture) -> str:
    """Where its bag is."""
    return f"/captures/{capture.pk}/evidence.zip"


def _content(answer: Answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _kinds(capture: Capture) -> list[str]:
    return [each["kind"] for each in history(capture.pk)]


def test_the_bag_is_the_stored_object(api: Api, capture: Capture, zip_path: str) -> None:
    answer = api.get(zip_path)
    content = _content(answer)
    assert answer.status_code == 200
    assert sha256(content).hexdigest() == capture.object_sha256
    assert int(answer.headers["Content-Length"]) == len(content) == capture.object_size
    assert answer.headers["ETag"] == f'"{capture.object_sha256}"'
    digest = base64.b64encode(sha256(content).digest()).decode()
    assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{capture.bag}.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert _kinds(capture)[-1] == "download"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=5-99", 5, 99), ("bytes=100-", 100, -1)],
)
def test_a_range_is_that_part(
    api: Api, capture: Capture, zip_path: str, asked: str, first: int, last: int
) -> None:
    whole = _content(api.get(zip_path))
    last = last if last >= 0 else len(whole) - 1
    answer = api.get(zip_path, Range=asked)
    assert answer.status_code == 206
    assert _content(answer) == whole[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert "Content-Digest" not in answer.headers  # it would have to be the part's
    assert "Repr-Digest" in answer.headers
    event = history(capture.pk)[-1]
    assert event["detail"]["range"] == f"bytes {first}-{last}/{len(whole)}"


def test_the_end_is_had_by_a_suffix(api: Api, zip_path: str) -> None:
    whole = _content(api.get(zip_path))
    assert _content(api.get(zip_path, Range="bytes=-22")) == whole[-22:]


def test_a_range_beyond_the_end_is_a_problem(api: Api, capture: Capture, zip_path: str) -> None:
    answer = api.get(zip_path, Range="bytes=999999999999-")
    problem(answer, "bad-range")
    assert answer.headers["Content-Range"] == f"bytes */{capture.object_size}"
    assert _kinds(capture)[-1] == "verify"  # nothing was handed out


@pytest.mark.parametrize("asked", ["bytes=5-1", "lines=1-2", "bytes=0-1,5-6", "nonsense"])
def test_a_range_that_is_none_is_ignored(api: Api, zip_path: str, asked: str) -> None:
    assert api.get(zip_path, Range=asked).status_code == 200


def test_a_range_of_another_file_is_the_whole(api: Api, capture: Capture, zip_path: str) -> None:
    same = api.get(zip_path, Range="bytes=0-1", If_Range=f'"{capture.object_sha256}"')
    other = api.get(zip_path, Range="bytes=0-1", If_Range='"another"')
    assert (same.status_code, other.status_code) == (206, 200)


def test_what_is_known_is_not_sent(api: Api, capture: Capture, zip_path: str) -> None:
    for known in (f'"{capture.object_sha256}"', f'"x", W/"{capture.object_sha256}"', "*"):
        answer = api.get(zip_path, If_None_Match=known, Range="bytes=999999999999-")
        assert (answer.status_code, answer.content) == (304, b"")
    assert api.get(zip_path, If_None_Match='"x"').status_code == 200
    assert _kinds(capture).count("download") == 1


def test_head_tells_without_handing_out(api: Api, capture: Capture, zip_path: str) -> None:
    answer = api.call("HEAD", zip_path, Range="bytes=0-9")
    assert (answer.status_code, _content(answer)) == (200, b"")
    assert int(answer.headers["Content-Length"]) == capture.object_size
    assert answer.headers["ETag"] == f'"{capture.object_sha256}"'
    assert "Content-Range" not in answer.headers
    assert _kinds(capture)[-1] == "verify"


def test_evidence_that_is_gone_is_our_mistake_and_no_download(
    api: Api, capture: Capture, zip_path: str
) -> None:
    evidence_store().delete(capture.object_key)
    assert "incident" in problem(api.get(zip_path), "unexpected")
    problem(api.call("GET", zip_path), "unexpected")
    assert api.call("HEAD", zip_path).status_code == 500
    assert _kinds(capture)[-1] == "verify"


def test_every_file_of_the_bag_is_handed_out_as_it_is(api: Api, capture: Capture) -> None:
    bag = sample_bag()
    items = api.get(f"/captures/{capture.pk}/files").json()["items"]
    names = sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())
    assert [each["name"] for each in items] == names
    for each in items:
        answer = api.get(f"/captures/{capture.pk}/files/{each['name']}")
        content = _content(answer)
        assert content == (bag / each["name"]).read_bytes()
        assert sha256(content).hexdigest() == each["sha256"]
        assert answer.headers["ETag"] == f'"{each["sha256"]}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        is_picture = each["name"].endswith(".png")
        shown = answer.headers["Content-Disposition"].partition(";")[0]
        assert shown == ("inline" if is_picture else "attachment")
        assert "html" not in answer.headers["Content-Type"]


def test_a_picture_is_viewed_and_the_rest_is_downloaded(api: Api, capture: Capture) -> None:
    api.get(f"/captures/{capture.pk}/files/data/screenshot.png")
    api.get(f"/captures/{capture.pk}/files/data/dom.html", Range="bytes=0-9")
    view, download = history(capture.pk)[-2:]
    assert (view["kind"], view["detail"]["file"]) == ("view", "data/screenshot.png")
    assert (download["kind"], download["detail"]["file"]) == ("download", "data/dom.html")
    assert download["detail"]["range"].startswith("bytes 0-9/")


@pytest.mark.parametrize(
    "name",
    ["", "nothing", "../settings.py", "..%2f..%2fetc/passwd", "/etc/passwd", "data", "data/",
     "data/%00", "data//capture.json", "DATA/capture.json"],
)  # fmt: skip
def test_no_other_name_leads_anywhere(api: Api, capture: Capture, name: str) -> None:
    problem(api.get(f"/captures/{capture.pk}/files/{name}"), "not-found")
    assert _kinds(capture)[-1] == "verify"
