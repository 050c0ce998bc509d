"""Evidence leaves as it is stored, harmless to whoever opens it, and never unseen."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from service.captures import handing
from service.captures.models import Capture
from service.custody.recording import history
from service.evidence.keeping import evidence_store
from tests.support.service_captures import sample_bag

pytestmark = pytest.mark.django_db


def _get(client: Client, capture: Capture, path: str, **headers: str) -> Any:
    return client.get(f"/captures/{capture.pk}/{path}", headers=headers)


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _downloads(capture: Capture) -> list[str]:
    events = [each for each in history(capture.pk) if each["kind"] == "download"]
    return [each["detail"].get("file", "the evidence") for each in events]


def test_the_bag_is_the_stored_bytes(client: Client, capture: Capture) -> None:
    answer = _get(client, capture, "evidence.zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{capture.bag}.zip"'
    assert sha256(_body(answer)).hexdigest() == capture.object_sha256
    assert _downloads(capture) == ["the evidence"]


def test_everything_in_one_zip_checks_with_stock_tools(
    client: Client, capture: Capture, tmp_path: Path
) -> None:
    answer = _get(client, capture, "everything.zip")
    (tmp_path / "all.zip").write_bytes(_body(answer))
    subprocess.run(["unzip", "-q", "all.zip"], cwd=tmp_path, check=True)
    bag = tmp_path / f"{capture.bag}.zip"
    assert sha256(bag.read_bytes()).hexdigest() == capture.object_sha256
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(
        ["all.zip", "README.txt", "custody.json", bag.name]
    )
    checked = subprocess.run(
        [sys.executable, "-m", "cli.main", "custody", "check", "custody.json", bag.name],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    document = json.loads((tmp_path / "custody.json").read_text("utf-8"))
    assert document["events"][-1]["detail"]["file"] == "all of it"
    assert "ada@example.org" not in json.dumps(document)


def test_the_readme_s_commands_work(client: Client, capture: Capture, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(_body(_get(client, capture, "everything.zip")))) as packed:
        packed.extractall(tmp_path)
        assert packed.testzip() is None
    readme = (tmp_path / "README.txt").read_text("utf-8")
    joined = readme.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.startswith("       ")]
    wanted = [
        line for line in lines if line.startswith(("unzip", "cd", "sha256sum -c", "openssl pk"))
    ]
    assert len(wanted) == 5
    subprocess.run(["sh", "-ec", "\n".join(wanted)], cwd=tmp_path, check=True, capture_output=True)
    assert capture.statement_sha256 in readme


@pytest.mark.parametrize(
    "name",
    ["data/dom.html", "data/page.mhtml", "data/page.pdf", "data/text.txt", "seal/signer.pem"],
)
def test_a_single_file_is_never_active_content(client: Client, capture: Capture, name: str) -> None:
    answer = _get(client, capture, f"files/{name}")
    assert not answer["Content-Type"].startswith(("text/html", "multipart", "message"))
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Disposition"].endswith(f'-{Path(name).name}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert _body(answer) == (sample_bag() / name).read_bytes()
    assert _downloads(capture) == [name]


@pytest.mark.parametrize(
    "name", ["data/nothing", "../../holdfast.sqlite3", "data/../data/dom.html", "data", "%2e%2e/x"]
)
def test_only_files_of_the_bag_are_given_out(client: Client, capture: Capture, name: str) -> None:
    assert _get(client, capture, f"files/{name}").status_code == 404
    assert _downloads(capture) == []


def test_a_range_of_a_file(client: Client, capture: Capture) -> None:
    whole = (sample_bag() / "data" / "page.pdf").read_bytes()
    answer = _get(client, capture, "files/data/page.pdf", Range="bytes=10-19")
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert _body(answer) == whole[10:20]
    beyond = _get(client, capture, "files/data/page.pdf", Range=f"bytes={len(whole)}-")
    assert beyond.status_code == 416
    assert _body(beyond) == b""


def test_custody_names_nobody_but_to_the_owner(
    client: Client, viewer: Client, capture: Capture
) -> None:
    public = _get(viewer, capture, "custody.json")
    assert "attachment" in public["Content-Disposition"]
    assert b"ada@example.org" not in public.content
    assert _get(viewer, capture, "custody.json?private=true").status_code == 403
    private = _get(client, capture, "custody.json?private=true").json()
    assert private["events"][0]["private"]["name"] == "ada@example.org"


def test_a_store_that_fails_is_told_and_nothing_is_noted(client: Client, capture: Capture) -> None:
    evidence_store().delete(capture.object_key)
    for path in ("evidence.zip", "everything.zip", "files/data/dom.html", "pictures/screenshot"):
        answer = _get(client, capture, path)
        assert answer.status_code == 503, path
        assert "The evidence cannot be read now" in answer.content.decode()
    assert _downloads(capture) == []
    assert [each["kind"] for each in history(capture.pk)].count("view") == 0


def test_head_asks_the_store_for_nothing(
    client: Client, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "evidence_store", None)
    answer = client.head(f"/captures/{capture.pk}/pictures/viewport")
    assert answer.status_code == 200
    assert int(answer["Content-Length"]) == (sample_bag() / "data" / "viewport.png").stat().st_size
