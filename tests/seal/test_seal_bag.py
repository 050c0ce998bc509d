import hashlib
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.bag import hash_payload, write_tag_files
from seal.errors import MaterialError
from seal.kinds import CAPTURE
from tests.seal.samples import CAPTURE_ID

TAGS = {
    "capture_id": CAPTURE_ID,
    "version": "0.1.0",
    "bagging_date": date(2026, 11, 20),
}


def make_data(bag_dir: Path, contents: dict[str, bytes]) -> Path:
    (bag_dir / "data").mkdir(parents=True)
    for name, content in contents.items():
        (bag_dir / "data" / name).write_bytes(content)
    return bag_dir


SMALL = {"capture.json": b"{}", "page.wacz": b"PK", "steps.jsonl": b""}


def test_the_tag_files_are_exactly_as_the_format_says(tmp_path):
    bag = make_data(tmp_path / "bag", SMALL)
    hashes = write_tag_files(bag, hash_payload(bag), **TAGS)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in SMALL.items()}
    assert (bag / "bagit.txt").read_bytes() == (
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    )
    assert (bag / "bag-info.txt").read_text() == (
        "Bag-Software-Agent: holdfast 0.1.0\n"
        "Bagging-Date: 2026-11-20\n"
        f"External-Identifier: {CAPTURE_ID}\n"
        "Payload-Oxum: 4.3\n"
        "Holdfast-Format: 1\n"
    )
    manifest = "".join(f"{digests[name]}  data/{name}\n" for name in sorted(SMALL))
    assert (bag / "manifest-sha256.txt").read_text() == manifest
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    tagmanifest = "".join(
        f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in tags
    )
    assert (bag / "tagmanifest-sha256.txt").read_text() == tagmanifest
    assert hashes.manifest == hashlib.sha256(manifest.encode()).hexdigest()
    assert hashes.tagmanifest == hashlib.sha256(tagmanifest.encode()).hexdigest()


@given(
    required=st.fixed_dictionaries(
        {name: st.binary(max_size=50) for name in sorted(CAPTURE.required)},
        optional={name: st.binary(max_size=50) for name in sorted(CAPTURE.optional)},
    )
)
@settings(max_examples=40, deadline=None)
def test_any_payload_is_listed_once_sorted_and_counted(required):
    with tempfile.TemporaryDirectory() as folder:
        bag = make_data(Path(folder, "bag"), required)
        write_tag_files(bag, hash_payload(bag), **TAGS)
        lines = (bag / "manifest-sha256.txt").read_text().splitlines()
        listed = dict(line.split("  ")[::-1] for line in lines)
        info = (bag / "bag-info.txt").read_text()
    expected = {f"data/{name}": hashlib.sha256(each).hexdigest() for name, each in required.items()}
    assert listed == expected
    assert list(listed) == sorted(listed)
    octets = sum(map(len, required.values()))
    assert f"\nPayload-Oxum: {octets}.{len(required)}\n" in info


@pytest.mark.parametrize("missing", sorted(CAPTURE.required))
def test_a_missing_required_file_is_refused(tmp_path, missing):
    bag = make_data(tmp_path / "bag", dict.fromkeys(CAPTURE.required - {missing}, b""))
    with pytest.raises(MaterialError, match=f"lacks {missing}"):
        hash_payload(bag)


DEFECTS = {
    "not ASCII": lambda data: (data / "text.tüxt").write_text(""),
    r"'\\udcff.*not ASCII": lambda data: Path(os.fsdecode(bytes(data) + b"/\xff")).write_text(""),
    "a symbolic link": lambda data: (data / "text.txt").symlink_to(data / "capture.json"),
    "dom.html', a symbolic": lambda data: (data / "dom.html").symlink_to("/nowhere"),
    "an empty directory": lambda data: (data / "empty").mkdir(),
    "full', a directory": lambda data: make_data(data / "full", {}),
    "does not name": lambda data: (data / "Capture.json").write_text(""),
    r"'new\\nline', which the format": lambda data: (data / "new\nline").write_text(""),
    "not an ordinary file": lambda data: os.mkfifo(data / "text.txt"),
    r"\['extra'\] beside data/": lambda data: (data.parent / "extra").write_text(""),
    "sealed already": lambda data: (data.parent / "bagit.txt").write_text(""),
    "sealed already, or half": lambda data: (data.parent / "seal").mkdir(),
    "no directory data/": lambda data: data.rename(data.parent / "tmp").rename("gone"),
}


@pytest.mark.parametrize("message", DEFECTS)
def test_another_world_than_the_formats_is_refused(tmp_path, message, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bag = make_data(tmp_path / "bag", SMALL)
    DEFECTS[message](bag / "data")
    with pytest.raises(MaterialError, match=message):
        hash_payload(bag)
    assert not (bag / "bag-info.txt").exists()


def test_a_data_directory_that_is_a_link_is_refused(tmp_path):
    elsewhere = make_data(tmp_path / "elsewhere", SMALL)
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "data").symlink_to(elsewhere / "data")
    with pytest.raises(MaterialError, match="no directory data/"):
        hash_payload(tmp_path / "bag")


def test_a_tag_file_that_is_there_is_never_overwritten(tmp_path):
    bag = make_data(tmp_path / "bag", SMALL)
    payload = hash_payload(bag)
    (bag / "manifest-sha256.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        write_tag_files(bag, payload, **TAGS)
    assert (bag / "manifest-sha256.txt").read_text() == "mine"
