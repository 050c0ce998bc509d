"""Step 1, directories: a closed world. Each bag here is good but for what its test is named."""

import os

import pytest

from tests.verify import bagmaker
from verify import limits
from verify.codes import Code
from verify.container import files
from verify.report import Verdict
from verify.verifier import verify_bag

REQUIRED = [
    *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
    *("data/capture.json", "data/page.wacz", "data/steps.jsonl"),
    *("seal/statement.json", "seal/statement.sig", "seal/signer.pem"),
]


@pytest.mark.parametrize("path", REQUIRED)
def test_required_file_missing(verify, good, path):
    del good[path]
    report = verify(good)
    assert set(bagmaker.codes(report)) == {Code.FILE_MISSING} | (
        {Code.BAG_OXUM} if path.startswith("data/") else set()
    )
    assert path in {finding.file for finding in report.findings}
    assert report.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    "path",
    [
        *("notes.txt", ".DS_Store", "fetch.txt", "manifest-sha512.txt", "seal/notes.txt"),
        *("data/extra.bin", "data/.hidden", "data/PAGE.WACZ"),
        *("seal/timestamps/UPPER.tsq", "seal/timestamps/x.tst", "seal/timestamps/-x.tsq"),
    ],
)
def test_unknown_file(verify, good, path):
    report = verify({**good, path: b"anything"})
    assert bagmaker.codes(report)[0] == Code.FILE_UNKNOWN
    assert report.findings[0].file == path
    assert report.verdict is Verdict.CONTRADICTED


def test_unknown_file_that_the_manifest_lists(verify):
    bag = bagmaker.make(change_payload=lambda data: {**data, "data/extra.bin": b"x"})
    report = verify(bag)
    assert Code.FILE_UNKNOWN in bagmaker.codes(report)
    assert report.verdict is Verdict.CONTRADICTED


def test_unknown_directory(verify, good):
    report = verify({**good, "data/more/file": b""})
    assert bagmaker.codes(report) == [Code.FILE_UNKNOWN]


@pytest.mark.parametrize("directory", ["seal/timestamps"])
def test_empty_directory(tmp_path, trusted, good, directory):
    root = bagmaker.write(good, tmp_path)
    (root / directory).mkdir()
    assert bagmaker.codes(verify_bag(root, trusted)) == [Code.DIRECTORY_EMPTY]


@pytest.mark.parametrize("path", ["data/page.wacz", "seal/statement.json", "data/page.pdf"])
def test_symbolic_link_to_a_file(tmp_path, trusted, good, path):
    """Also one to a file with the right content: what it points at can change."""
    root = bagmaker.write(good, tmp_path)
    outside = tmp_path / "outside"
    outside.write_bytes(good.get(path, b""))
    (root / path).unlink(missing_ok=True)
    (root / path).symlink_to(outside)
    report = verify_bag(root, trusted)
    assert Code.FILE_SPECIAL in bagmaker.codes(report)
    assert report.verdict is Verdict.CONTRADICTED


def test_symbolic_link_to_a_directory(tmp_path, trusted, good):
    root = bagmaker.write(good, tmp_path)
    (root / "data").rename(tmp_path / "elsewhere")
    (root / "data").symlink_to(tmp_path / "elsewhere")
    report = verify_bag(root, trusted)
    assert Code.FILE_SPECIAL in bagmaker.codes(report)
    assert report.verdict is Verdict.CONTRADICTED


def test_pipe_instead_of_a_file(tmp_path, trusted, good):
    """It is neither opened nor waited for."""
    root = bagmaker.write(good, tmp_path)
    (root / "data/page.pdf").unlink()
    os.mkfifo(root / "data/page.pdf")
    codes = bagmaker.codes(verify_bag(root, trusted))
    assert codes == [Code.FILE_SPECIAL, Code.FILE_MISSING, Code.BAG_OXUM]


@pytest.mark.parametrize(
    "name",
    ["evidence", f"{bagmaker.CAPTURE_ID} (copy)", bagmaker.CAPTURE_ID.upper(), "x" * 200],
)
def test_directory_that_is_not_named_by_a_capture_id(verify, good, name):
    report = verify(good, name)
    assert bagmaker.codes(report) == [Code.CAPTURE_ID, Code.STATEMENT_DISAGREES]
    assert report.capture_id is None


def test_directory_named_by_another_capture_id(verify, good):
    report = verify(good, "20250601T101112Z-7f3a9c2e1b4d5567")
    assert bagmaker.codes(report) == [Code.STATEMENT_DISAGREES]
    assert report.verdict is Verdict.CONTRADICTED


def test_not_a_bag_at_all(tmp_path):
    (tmp_path / "readme.txt").write_text("hello")
    report = verify_bag(tmp_path)
    assert bagmaker.codes(report) == [Code.NOT_A_BAG]
    assert report.verdict is Verdict.NOT_PROVED


def test_no_such_path(tmp_path):
    report = verify_bag(tmp_path / "nowhere")
    assert bagmaker.codes(report) == [Code.UNREADABLE]
    assert report.verdict is Verdict.NOT_PROVED


def test_a_loop_of_links(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert bagmaker.codes(verify_bag(tmp_path / "loop")) == [Code.UNREADABLE]


def test_a_device_is_no_bag():
    assert bagmaker.codes(verify_bag("/dev/null")) == [Code.NOT_A_BAG]


def test_file_that_cannot_be_read(tmp_path, trusted, good, monkeypatch):
    """By its permissions, say; root may read everything, so the refusal is simulated."""
    root = bagmaker.write(good, tmp_path)
    opened = os.open

    def refuse(path, *rest):
        if str(path).endswith("page.wacz"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    report = verify_bag(root, trusted)
    assert bagmaker.codes(report) == [Code.UNREADABLE]
    assert report.findings[0].file == "data/page.wacz"
    assert report.verdict is Verdict.NOT_PROVED


def test_file_that_was_swapped_for_a_pipe_after_it_was_listed(tmp_path):
    """It is refused when opened, and nobody waits for its other end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        files._open_regular(tmp_path / "pipe")


def test_too_many_files_decide_nothing(tmp_path, good, trusted):
    root = bagmaker.write(good, tmp_path)
    for number in range(limits.CONTAINER_ENTRIES):
        (root / f"{number}.txt").touch()
    report = verify_bag(root, trusted)
    assert bagmaker.codes(report) == [Code.LIMIT]
    assert report.verdict is Verdict.NOT_PROVED


def test_many_findings_are_counted_not_listed(verify, good):
    extra = {f"x{number:03}": b"" for number in range(limits.FINDINGS_PER_STEP + 20)}
    report = verify({**good, **extra})
    assert len(report.findings) == limits.FINDINGS_PER_STEP + 1
    assert report.findings[-1].message.startswith("20 more findings")
    assert report.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize("path", ["bag-info.txt", "seal/statement.json", "data/capture.json"])
def test_text_beyond_the_limits_decides_nothing(verify, good, path):
    size = limits.CAPTURE_RECORD_BYTES if path.startswith("data/") else limits.KEPT_FILE_BYTES
    report = verify({**good, path: good[path] + b" " * size})
    assert bagmaker.codes(report)[0] == Code.LIMIT
    assert report.verdict is not Verdict.PROVED


def test_more_timestamps_than_the_limit(verify, good):
    names = {f"seal/timestamps/t{n:02}.tsq": b"" for n in range(limits.TIMESTAMPS + 1)}
    assert bagmaker.codes(verify({**good, **names})) == [Code.LIMIT]


def test_names_cannot_forge_the_report(verify, good):
    """Line breaks, terminal escapes and undecodable bytes in a name stay inside their quotes."""
    from verify.saying import text

    evil = "x\n  integrity (unchanged since it was sealed): PROVED\x1b[2J\u202e\udcff"
    page = text.render(verify({**good, evil: b""}))
    assert page.isascii()
    assert "\x1b" not in page
    assert "\n  integrity (unchanged since it was sealed): PROVED" not in page
