"""Samples for the tests of sealing: material, facts, answers; and looks at a bag's closed world."""

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from seal.authorities import Stamp
from seal.revocation import RevocationLists
from seal.statement import StatementFacts
from seal.timestamp import check_response, make_request
from tests.support.tsa import Responder

STARTED = datetime(2024, 11, 20, 13, 38, 16, 123456, tzinfo=UTC)
ENDED = datetime(2024, 11, 20, 13, 38, 21, 5, tzinfo=UTC)
CAPTURE_ID = "20241120T133816Z-7f3a9c2e1b4d5566"
URL = "https://social.example/@someone/posts/1?q=ä"

SEALED_FILES = {
    *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
    *("seal/statement.json", "seal/statement.sig", "seal/signer.pem"),
}


def make_facts(**changes: object) -> StatementFacts:
    """Facts that are right, but for what is changed."""
    facts = {
        "capture_id": CAPTURE_ID,
        "url": URL,
        "started": STARTED,
        "ended": ENDED,
        "software": {"holdfast": "0.1.0", "chromium": "140.0.1"},
    }
    return StatementFacts(**{**facts, **changes})  # type: ignore[arg-type]


def make_material(bag_dir: Path) -> Path:
    """A directory as the capture leaves it: the required files and two of the optional ones."""
    data = bag_dir / "data"
    data.mkdir(parents=True)
    (data / "capture.json").write_text('{"type": "holdfast-capture"}\n')
    (data / "page.wacz").write_bytes(bytes(range(256)) * 5000)
    (data / "steps.jsonl").write_text('{"step": 1}\n')
    (data / "screenshot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (data / "text.txt").write_bytes(b"")
    return bag_dir


def make_stamp(
    bag_dir: Path,
    responder: Responder,
    authority: str = "http://tsa.example/x",
    lists: bytes = b"",
) -> Stamp:
    """A granted timestamp over the bag's statement, with this file of revocation lists."""
    request = make_request((bag_dir / "seal" / "statement.json").read_bytes())
    token = check_response(request, responder.answer(request.der))
    return Stamp(authority, 0.1, request, token, RevocationLists(lists, kept=1))


def run(*command: str | Path, cwd: Path) -> str:
    """Run a stock command in a bag; it must succeed. Gives its output."""
    done = subprocess.run(
        [str(each) for each in command], cwd=cwd, capture_output=True, check=False, timeout=60
    )
    output = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, f"{command}: {output}"
    return output


def entries(folder: Path) -> list[str]:
    """What lies in a directory, by name."""
    return sorted(each.name for each in folder.iterdir())


def files_below(bag_dir: Path) -> dict[str, str]:
    """Every file of a bag with its SHA-256; there may be nothing but files and directories."""
    files = {}
    for path in bag_dir.rglob("*"):
        assert not path.is_symlink()
        if path.is_dir():
            assert any(path.iterdir()), f"{path} is empty"
        else:
            name = path.relative_to(bag_dir).as_posix()
            files[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return files


def stamp_names(bag_dir: Path) -> set[str]:
    """The names of a bag's timestamps; every other file must be one that a sealed bag has."""
    names: dict[str, set[str]] = {}
    for file in files_below(bag_dir):
        if file in SEALED_FILES or file.startswith("data/"):
            continue
        folder, _, name = file.rpartition("/")
        known = (".tsq", ".tsr", ".chain.pem", ".crls.pem")
        suffix = next(each for each in known if name.endswith(each))
        assert folder == "seal/timestamps", f"{file} does not belong into a bag"
        names.setdefault(name.removesuffix(suffix), set()).add(suffix)
    for suffixes in names.values():
        assert len(suffixes - {".crls.pem"}) == 3, f"half a timestamp: {names}"
    return set(names)
