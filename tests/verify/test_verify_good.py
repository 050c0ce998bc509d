"""Good bags pass, as directory and as zip, and say what they prove and to whom."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.verify import bagmaker
from verify.codes import Code
from verify.report import Outcome, Verdict
from verify.trusting.trust import Trust
from verify.verifier import verify_bag


def test_good_directory(verify, good):
    report = verify(good)
    assert bagmaker.codes(report) == []
    assert report.verdict is Verdict.PROVED
    assert bagmaker.verdicts(report) == {
        "integrity": "PROVED",
        "origin": "PROVED",
        "time": "NOT PROVED",
    }
    outcomes = [step.outcome for step in report.steps]
    absent = Outcome.NOT_PRESENT
    assert outcomes == [Outcome.OK] * 4 + [absent] + [Outcome.OK] * 3 + [absent]
    assert bagmaker.completeness(report).verdict is Verdict.PROVED


def test_the_least_bag_has_only_the_required_files(verify):
    required = {"data/capture.json", "data/page.wacz", "data/steps.jsonl"}

    def without_the_others(record):
        missing = {"taken": False, "reason": "the time was up before it could be taken"}
        files = dict.fromkeys(record["renderings"]["files"], missing)
        wire = {"kept": False, "reason": "left out on request (--no-wire)"}
        return {**record, "renderings": {"files": files, "picture_size_px": None}, "wire": wire}

    report = verify(
        bagmaker.make(
            change_payload=lambda data: {path: data[path] for path in required},
            change_record=without_the_others,
        )
    )
    assert bagmaker.codes(report, bagmaker.MATERIAL) == []
    assert report.verdict is Verdict.PROVED
    claim = bagmaker.completeness(report)
    assert claim.verdict is Verdict.NOT_PROVED
    assert "the bytes on the wire were not kept: left out on request (--no-wire)" in claim.reasons
    assert len(claim.reasons) == 7


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_good_zip(verify_zip, good, method):
    report = verify_zip(bagmaker.zipped(good, method=method))
    assert bagmaker.codes(report) == []
    assert report.verdict is Verdict.PROVED
    assert report.capture_id == bagmaker.CAPTURE_ID


needs_zip = pytest.mark.skipif(shutil.which("zip") is None, reason="Info-ZIP is not installed")


@needs_zip
def test_good_zip_of_other_writers(verify_zip, good, tmp_path):
    """Info-ZIP's: with directory entries and extra fields; streamed; and zip64."""
    bagmaker.write(good, tmp_path)
    for arguments in (["-qr"], ["-qr", "-fd"], ["-qr", "-fz"]):
        archive = tmp_path / "made.zip"
        archive.unlink(missing_ok=True)
        subprocess.run(
            ["zip", *arguments, archive.name, bagmaker.CAPTURE_ID], cwd=tmp_path, check=True
        )
        report = verify_zip(archive.read_bytes())
        assert (arguments, bagmaker.codes(report)) == (arguments, [])


def test_good_zip_with_zip64_sizes(verify_zip, good, tmp_path):
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in good.items():
            with archive.open(f"{bagmaker.CAPTURE_ID}/{name}", "w", force_zip64=True) as entry:
                entry.write(data)
    assert bagmaker.codes(verify_zip(path.read_bytes())) == []


def test_good_zip_of_python_between_2_and_4_gib(verify_zip, good, tmp_path, monkeypatch):
    """Python writes zip64 records from 2 GiB on, where the short ones suffice until 4 GiB."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)  # instead of so much data
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in good.items():
            archive.writestr(f"{bagmaker.CAPTURE_ID}/{name}", data)
    assert path.read_bytes()[-42:-38] == b"PK\6\7"
    assert bagmaker.codes(verify_zip(path.read_bytes())) == []


@needs_zip
def test_good_zip_written_to_a_pipe(verify_zip, good, tmp_path):
    bagmaker.write(good, tmp_path)
    made = subprocess.run(
        ["zip", "-qr", "-", bagmaker.CAPTURE_ID], cwd=tmp_path, check=True, capture_output=True
    )
    assert bagmaker.codes(verify_zip(made.stdout)) == []


def test_unknown_key_proves_integrity_but_not_origin(tmp_path, good):
    report = verify_bag(bagmaker.write(good, tmp_path), Trust())
    assert bagmaker.codes(report) == [Code.KEY_NOT_TRUSTED]
    assert bagmaker.verdicts(report) == {
        "integrity": "PROVED",
        "origin": "NOT PROVED",
        "time": "NOT PROVED",
    }
    assert report.verdict is Verdict.NOT_PROVED
    assert report.signer == bagmaker.key_id(bagmaker.KEY)


def test_a_bag_signed_again_by_another_key_is_not_of_the_trusted_origin(verify):
    altered = bagmaker.make(
        change_payload=lambda data: {**data, "data/dom.html": b"altered"}, key=bagmaker.OTHER_KEY
    )
    report = verify(altered)
    assert bagmaker.codes(report) == [Code.KEY_NOT_TRUSTED]
    assert report.verdict is Verdict.NOT_PROVED


def test_a_link_to_the_bag_has_the_bag_s_own_name(tmp_path, good, trusted):
    (tmp_path / "latest").symlink_to(bagmaker.write(good, tmp_path))
    assert verify_bag(tmp_path / "latest", trusted).verdict is Verdict.PROVED


def test_the_working_directory_can_be_the_bag(tmp_path, good, trusted, monkeypatch):
    monkeypatch.chdir(bagmaker.write(good, tmp_path))
    assert verify_bag(".", trusted).verdict is Verdict.PROVED


def test_nothing_is_written_beside_the_evidence(tmp_path, good, trusted):
    root = bagmaker.write(good, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}
    verify_bag(root, trusted)
    assert before == {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to see file descriptors of its own only")
def test_no_file_is_left_open(tmp_path, good, trusted):
    before = len(list(Path("/proc/self/fd").iterdir()))
    verify_bag(bagmaker.write(good, tmp_path), trusted)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_verifying_needs_nothing_but_the_package_itself(tmp_path, good, trust_file):
    """It stands alone: none of our other packages, no TLS, no database, and timestamps' modules
    only where there are timestamps.
    """
    root = bagmaker.write(good, tmp_path)
    program = (
        "import sys; from verify.command import main;"
        f"code = main([{str(root)!r}, '--trust', {str(trust_file)!r}]);"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " {'capture', 'seal', 'workers', 'cli', 'ssl', 'socket', 'asn1crypto'}"
        " or m == 'cryptography.x509'), file=sys.stderr); sys.exit(code)"
    )
    repository = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr.strip()) == (0, "[]")
