"""The exported chain and the command that checks it, against real evidence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from service.accounts.models import User
from service.cases.models import Case
from service.custody.exporting import export
from service.evidence.keeping import evidence_store
from tests.support.service_captures import sample_bag, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(person: User, case: Case, tmp_path: Path) -> tuple[Path, Path]:
    """The exported document and the bag, as two files."""
    capture = sealed(person, case, tmp_path)
    document, bag = tmp_path / "custody.json", tmp_path / "evidence.zip"
    document.write_text(json.dumps(export(capture.pk)))
    evidence_store().retrieve(capture.object_key, bag, capture.object_sha256)
    return document, bag


def _check(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "cli.main", "custody", "check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_sound_chain_belongs_to_its_bag(files: tuple[Path, Path]) -> None:
    code, said = _check(*files)
    assert code == 0, said
    assert "Sound: 4 events" in said
    assert "Not proved" in said


def test_the_export_names_nobody_and_no_address(files: tuple[Path, Path]) -> None:
    text = files[0].read_text()
    assert "ada@example.org" not in text
    assert "192.0.2.1" not in text


@pytest.mark.parametrize("change", ["kind", "drop", "cut", "other bag"])
def test_a_change_is_named(files: tuple[Path, Path], change: str) -> None:
    document, bag = files
    read: dict[str, Any] = json.loads(document.read_text())
    if change == "kind":
        read["events"][1]["kind"] = "download"
    elif change == "drop":
        del read["events"][1]
    elif change == "cut":
        del read["events"][-1]
    else:
        others = sample_bag().parent.parent / "login_wall"
        bag = next(each for each in others.iterdir() if each.is_dir())
    document.write_text(json.dumps(read))
    code, said = _check(document, bag)
    assert code == 1, said
    assert "CHANGED" in said


def test_events_cut_off_with_the_documents_own_digest_are_seen_by_an_earlier_one(
    files: tuple[Path, Path],
) -> None:
    document, _ = files
    read = json.loads(document.read_text())
    noted = read["last_digest"]
    read["events"].pop()
    read["last_digest"] = read["events"][-1]["digest"]
    document.write_text(json.dumps(read))
    assert _check(document)[0] == 0
    assert _check(document, "--last-digest", noted)[0] == 1


def test_a_file_that_is_no_chain_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"[]", b"{}", b'{"type":"holdfast-custody","version":9}', b"\xff"):
        path = tmp_path / "x.json"
        path.write_bytes(content)
        code, said = _check(path)
        assert code == 2, said
        assert "Traceback" not in said
