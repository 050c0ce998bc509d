"""Bags as zips: what the verifier, stock tools and a request for a range make of them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from service.evidence.errors import Altered, NotABag, StoreRefused, StoreUnavailable
from service.evidence.store.local import LocalStore
from service.evidence.zipped import Part, zip_bag
from tests.service.evidence.conftest import GOOD

VERIFY = Path(sys.executable).parent / "holdfast-verify"
BAGS = sorted(path for path in GOOD.glob("*/2*") if path.is_dir())


@pytest.fixture
def bag(sealed_bag, tmp_path):
    """A bag to spoil."""
    return shutil.copytree(sealed_bag, tmp_path / sealed_bag.name)


def verdict(path: Path, trust: Path) -> tuple[int, dict]:
    done = subprocess.run(
        [VERIFY, path, "--trust", trust, "--json"], capture_output=True, check=False, timeout=60
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("bag", BAGS, ids=lambda bag: bag.parent.name)
def test_every_good_bag_verifies_as_a_zip_as_it_does_as_a_folder(bag, tmp_path):
    zipped = zip_bag(bag, tmp_path / "1.zip")
    trust = bag.parent / "trust.pem"
    code, report = verdict(tmp_path / "1.zip", trust)
    assert code == 0, report
    folder_code, folder_report = verdict(bag, trust)
    assert folder_code == 0
    for name, claim in report["claims"].items():
        same = folder_report["claims"][name]
        assert (claim["verdict"], claim["reasons"]) == (same["verdict"], same["reasons"])
    content = (tmp_path / "1.zip").read_bytes()
    assert zipped.size == len(content)
    assert zipped.sha256 == hashlib.sha256(content).hexdigest()


def test_each_part_is_a_range_of_the_object(sealed_bag, tmp_path):
    zipped = zip_bag(sealed_bag, tmp_path / "1.zip")
    (tmp_path / "store").mkdir()
    store = LocalStore(tmp_path / "store")
    store.put("captures/1/1.zip", tmp_path / "1.zip", zipped.sha256)
    files = {
        str(path.relative_to(sealed_bag)): path for path in sealed_bag.rglob("*") if path.is_file()
    }
    assert zipped.parts.keys() == files.keys()
    assert list(zipped.parts) == sorted(files)
    for name, part in zipped.parts.items():
        octets = b"".join(store.read("captures/1/1.zip", part.offset, part.offset + part.length))
        assert octets == files[name].read_bytes()
        assert part == Part(part.offset, len(octets), hashlib.sha256(octets).hexdigest())
        assert Part(**json.loads(json.dumps(part.as_json()))) == part


def test_the_same_bag_gives_the_same_bytes(sealed_bag, bag, tmp_path):
    for path in bag.rglob("*"):
        path.chmod(0o700)
        os.utime(path, (0, 0))
    first = zip_bag(sealed_bag, tmp_path / "1.zip")
    assert zip_bag(bag, tmp_path / "2.zip") == first
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_the_bytes_are_these_with_any_python(tmp_path):
    """If this fails with a new Python, its zipfile writes other bytes: then what is stored twice
    by old and new ones is refused as different.
    """
    bag = tmp_path / "20261121T120159Z-8b303e7b9523e062"
    bag.mkdir()
    write_manifests(bag, {"data/a.txt": b"evidence\n"})
    zipped = zip_bag(bag, tmp_path / "1.zip")
    assert zipped.size == 968
    assert zipped.sha256 == "71be024e57744e3e50aa5233c8be4f668d59aaa4d32f95fd1d792e0c1c9aef79"


def test_stock_tools_read_it(sealed_bag, tmp_path):
    zip_bag(sealed_bag, tmp_path / "1.zip")
    subprocess.run(["unzip", "-q", tmp_path / "1.zip", "-d", tmp_path], check=True, timeout=60)
    out = tmp_path / sealed_bag.name
    subprocess.run(
        ["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=out, check=True, timeout=60
    )
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.testzip() is None
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.namelist() == sorted(archive.namelist())


def test_what_is_beyond_4_gib_is_written_as_zip64(sealed_bag, tmp_path, monkeypatch):
    """The limit is moved down, so that a small bag takes the way of a huge one."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    zipped = zip_bag(sealed_bag, tmp_path / "1.zip")
    monkeypatch.undo()
    content = (tmp_path / "1.zip").read_bytes()
    assert content[-98:-94] == b"PK\6\6"
    assert verdict(tmp_path / "1.zip", sealed_bag.parent / "trust.pem")[0] == 0
    for name, part in zipped.parts.items():
        octets = content[part.offset : part.offset + part.length]
        assert octets == (sealed_bag / name).read_bytes()


def turn(manifest: Path) -> None:
    """Say the same in another order."""
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(reversed(lines)))


SPOILED = {
    "lacks data/text.txt": (NotABag, lambda bag: (bag / "data/text.txt").unlink()),
    "data/extra.txt in .* stands in no manifest": (
        NotABag,
        lambda bag: (bag / "data/extra.txt").write_text(""),
    ),
    "data/text.txt has the SHA-256": (
        Altered,
        lambda bag: (bag / "data/text.txt").write_text("forged"),
    ),
    "bag-info.txt has the SHA-256": (Altered, lambda bag: (bag / "bag-info.txt").write_text("x")),
    "manifest-sha256.txt has the SHA-256": (Altered, lambda bag: turn(bag / "manifest-sha256.txt")),
    "has no manifest-sha256.txt: it is not sealed": (
        NotABag,
        lambda bag: (bag / "manifest-sha256.txt").unlink(),
    ),
    "has no tagmanifest-sha256.txt": (
        NotABag,
        lambda bag: (bag / "tagmanifest-sha256.txt").unlink(),
    ),
    "a line that no manifest has": (
        NotABag,
        lambda bag: (bag / "tagmanifest-sha256.txt").write_text("x"),
    ),
    "is not a manifest": (
        NotABag,
        lambda bag: (bag / "manifest-sha256.txt").write_text("ä"),
    ),
    "an empty folder data/more/": (NotABag, lambda bag: (bag / "data/more").mkdir()),
    "neither a file nor a folder": (NotABag, lambda bag: os.mkfifo(bag / "data/pipe")),
    "data/link, which is neither": (
        NotABag,
        lambda bag: (bag / "data/link").symlink_to("text.txt"),
    ),
    "folder, which is neither": (NotABag, lambda bag: (bag / "folder").symlink_to("data")),
    "a name that the format does not know": (
        NotABag,
        lambda bag: (bag / "data/ä.txt").write_text(""),
    ),
    r"'data/a\\nb', a name": (NotABag, lambda bag: (bag / "data/a\nb").write_text("")),
    "'data/.hidden', a name": (NotABag, lambda bag: (bag / "data/.hidden").write_text("")),
}


@pytest.mark.parametrize("words", SPOILED)
def test_what_is_no_sealed_bag_gives_no_zip(bag, tmp_path, words):
    error, spoil = SPOILED[words]
    spoil(bag)
    with pytest.raises(error, match=words):
        zip_bag(bag, tmp_path / "1.zip")
    assert not (tmp_path / "1.zip").exists()


@pytest.mark.parametrize("name", ["bag", "20261121T120159Z-8B303E7B9523E062", "UNVERIFIED-2026"])
def test_a_folder_of_another_name_is_no_bag(bag, tmp_path, name):
    with pytest.raises(NotABag, match="capture ID"):
        zip_bag(bag.rename(tmp_path / name), tmp_path / "1.zip")


def test_a_file_that_grows_while_it_is_read_is_told(bag, tmp_path, monkeypatch):
    part = bag / "seal" / "signer.pem"  # no manifest lists it
    fstat = os.fstat

    def shorter(descriptor):
        found = list(fstat(descriptor))
        if Path(f"/proc/self/fd/{descriptor}").readlink() == part:
            found[6] -= 1
        return os.stat_result(found)

    monkeypatch.setattr("service.evidence.zipped.os.fstat", shorter)
    with pytest.raises(Altered, match="changed while it was read"):
        zip_bag(bag, tmp_path / "1.zip")
    assert not (tmp_path / "1.zip").exists()


def test_a_disk_that_changes_what_it_keeps_is_found_out(bag, tmp_path, monkeypatch):
    """The zip is written, flushed, and then the disk has something else."""
    flush = os.fsync

    def rot(descriptor):
        flush(descriptor)
        if Path(f"/proc/self/fd/{descriptor}").readlink() == tmp_path / "1.zip":
            os.pwrite(descriptor, b"EVIL", 4_000)

    monkeypatch.setattr("service.evidence.zipped.os.fsync", rot)
    with pytest.raises(StoreUnavailable, match="Test the disk"):
        zip_bag(bag, tmp_path / "1.zip")
    assert not (tmp_path / "1.zip").exists()


def test_nothing_is_overwritten(sealed_bag, tmp_path):
    (tmp_path / "1.zip").write_text("mine")
    with pytest.raises(StoreRefused, match="choose another name"):
        zip_bag(sealed_bag, tmp_path / "1.zip")
    assert (tmp_path / "1.zip").read_text() == "mine"
    with pytest.raises(StoreUnavailable, match="No such file"):
        zip_bag(sealed_bag, tmp_path / "absent" / "1.zip")


def write_manifests(bag: Path, data: dict[str, bytes]) -> None:
    def lines(files: dict[str, bytes]) -> bytes:
        rows = sorted((name, hashlib.sha256(each).hexdigest()) for name, each in files.items())
        return "".join(f"{digest}  {name}\n" for name, digest in rows).encode()

    tags = {"bagit.txt": b"x\n", "manifest-sha256.txt": lines(data)}
    for name, octets in {**data, **tags, "tagmanifest-sha256.txt": lines(tags)}.items():
        (bag / name).parent.mkdir(exist_ok=True)
        (bag / name).write_bytes(octets)
