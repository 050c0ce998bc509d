"""The roots that come with the verifier: what the index says of them, and their use."""

import json
import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

import pytest
from cryptography import x509 as theirs

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from verify import command
from verify.certificates import names, path, x509
from verify.errors import TrustError
from verify.trusting import shipped, trust
from verify.verifier import verify_bag

FOLDER = Path(shipped.__file__).parents[1] / "roots"
INDEX = json.loads((FOLDER / "index.json").read_text())


def test_every_file_is_in_the_index_and_every_entry_has_its_file():
    files = {file.name for file in FOLDER.iterdir()}
    assert files == {entry["file"] for entry in INDEX} | {"index.json"}


@pytest.mark.parametrize("root", shipped.roots(), ids=lambda root: root.subject[:30])
def test_root_is_what_the_index_says(root):
    (entry,) = (entry for entry in INDEX if entry["sha256"] == root.sha256)
    certificate = x509.read(root.der)
    assert bagmaker.sha256(root.der) == root.sha256
    assert names.text(certificate.subject) == entry["subject"] == root.subject
    assert f"{certificate.start:%Y-%m-%d}" == entry["valid_from"]
    assert f"{certificate.end:%Y-%m-%d}" == entry["valid_until"]
    assert len(entry["cross_checked"]) == 2
    assert entry["authority"]
    assert entry["published"]
    assert certificate.authority()[0]
    signed = (certificate.algorithm, certificate.signature, certificate.tbs)
    assert path.is_signed_by(*signed, certificate)
    assert root.shipped
    parsed = theirs.load_der_x509_certificate(root.der)
    assert parsed.subject.rfc4514_string() == root.subject


def test_they_are_no_signers_keys_and_can_be_turned_off(tmp_path, good, capsys):
    path = str(bagmaker.write(good, tmp_path))
    assert command.main([path, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)["trust"]
    assert told["keys"] == []
    assert [root["shipped"] for root in told["roots"]] == [True] * len(INDEX)
    assert command.main([path, "--json", "--no-shipped-roots"]) == 2
    assert json.loads(capsys.readouterr().out)["trust"] == {"keys": [], "roots": []}


def test_they_date_a_bag_as_any_other_root(tmp_path, good, authority, monkeypatch):
    mine = trust.Root(authority.root.der, "00" * 32, "CN=Root", shipped=True)
    trusted = trust.Trust().also([mine])
    report = verify_bag(bagmaker.write(tm.stamped(good, authority), tmp_path), trusted)
    assert bagmaker.verdicts(report)["time"] == "PROVED"
    assert report.timestamps[0].root == mine.sha256
    assert bagmaker.verdicts(report)["origin"] == "NOT PROVED"


def test_a_root_that_the_caller_gave_stays_the_caller_s():
    (first, *_) = shipped.roots()
    given = trust.Root(first.der, first.sha256, first.subject)
    both = trust.Trust(roots=(given,)).also(shipped.roots())
    assert len(both.roots) == len(INDEX)
    assert not both.roots[0].shipped


@pytest.mark.parametrize("damage", ["another", "missing", "no index", "cut"])
def test_damage_is_no_verdict(tmp_path, monkeypatch, damage, capsys):
    copy = tmp_path / "roots"
    copy.mkdir()
    for file in FOLDER.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    first, second = (copy / entry["file"] for entry in INDEX[:2])
    if damage == "another":
        first.write_bytes(second.read_bytes())
    elif damage == "missing":
        first.unlink()
    elif damage == "no index":
        (copy / "index.json").unlink()
    else:
        first.write_bytes(first.read_bytes()[:-9])

    def read(_package, name):
        return (tmp_path / name).read_bytes()

    monkeypatch.setattr(shipped.pkgutil, "get_data", read)
    with pytest.raises(TrustError, match="damaged"):
        shipped.roots()
    assert command.main([str(tmp_path)]) == 2
    assert "damaged" in capsys.readouterr().err


def test_they_are_found_in_a_program_packed_into_one_file(tmp_path, good):
    packed = tmp_path / "verify.pyz"
    package = tmp_path / "packed" / "verify"
    shutil.copytree(FOLDER.parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    # Not by zipapp's own `main`, which forgets the exit code.
    start = "import sys\nfrom verify.__main__ import run\nsys.exit(run())\n"
    (tmp_path / "packed" / "__main__.py").write_text(start)
    zipapp.create_archive(tmp_path / "packed", packed)
    bag = bagmaker.write(good, tmp_path)
    result = subprocess.run(
        [sys.executable, "-I", "-S", str(packed), str(bag), "--json"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (2, "")
    assert len(json.loads(result.stdout)["trust"]["roots"]) == len(INDEX)
