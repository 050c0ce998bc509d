"""The second verifier, a shell script, agrees with the first wherever it can see the defect."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.tamper import VECTORS, Vector, bag
from tests.support.tamper.second import BLIND
from tests.verify import bagmaker
from verify.quoting import printable

SCRIPT = Path(__file__).parents[2] / "verify" / "second.sh"
SHELL = shutil.which("dash") or "sh"
DIRECTORIES = [pytest.param(v, id=v.name) for v in VECTORS.values() if v.form != "archive"]
LINES = 160


def run(path: Path, trust: bytes, place: Path) -> tuple[int, dict[str, str]]:
    """Run the script in an empty directory; return its exit code and what it says of each claim."""
    trust_file, empty = place / "trust.pem", place / "empty"
    trust_file.write_bytes(trust)
    empty.mkdir()
    command = [SHELL, str(SCRIPT), str(path), str(trust_file)]
    done = subprocess.run(
        command, cwd=empty, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    assert not list(empty.iterdir()), "it wrote into the working directory"
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert all(line == printable(line) for line in lines)
    return done.returncode, dict(line.split(" ", 1) for line in lines)


def contents(path: Path) -> dict[Path, bytes | None]:
    return {p: p.read_bytes() if p.is_file() else None for p in sorted(path.rglob("*"))}


@pytest.mark.parametrize("vector", DIRECTORIES)
def test_it_agrees(vector: Vector, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    place = vector.directory(inside)
    before = contents(place)
    code, said = run(place, vector.trust_pem(), tmp_path)
    if vector.name in BLIND:
        _, answer = BLIND[vector.name]
        assert said == dict(answer) != dict(vector.claims)
    else:
        assert said == {name: vector.claims[name] for name in said}
        if "completeness" not in vector.claims:  # which it does not look at
            assert code == vector.exit_code
    assert contents(place) == before


def test_the_list_of_what_it_cannot_see_names_vectors() -> None:
    assert BLIND.keys() <= {name for name, v in VECTORS.items() if v.form != "archive"}


@pytest.mark.parametrize("outcome", [*bag.outcomes(), *bag.inventories()])
def test_good_bag(outcome: str, tmp_path: Path) -> None:
    good = bag.good(outcome)
    place = bagmaker.write(good.files, tmp_path / "in", good.root)
    code, said = run(place, bag.trust_of(outcome), tmp_path)
    has_time = any("/timestamps/" in path for path in good.files)
    time = "PROVED" if has_time else "NOT PROVED"
    assert (code, said) == (0, {"integrity": "PROVED", "origin": "PROVED", "time": time})


def test_a_hard_path_is_only_a_path(tmp_path: Path) -> None:
    good = bag.good()
    hard = tmp_path / "-rf $(touch pwned) `touch pwned` ;'\"\n*" / "in"
    place = bagmaker.write(good.files, hard, good.root)
    assert run(place, bag.trust_of(), tmp_path)[0] == 0


def test_without_openssl_nothing_is_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that is missing must not pass for a check that held."""
    tools = tmp_path / "tools"
    tools.mkdir()
    good = bag.good()
    place = bagmaker.write(good.files, tmp_path / "in", good.root)
    needed = (
        "awk basename cat cmp cut dirname echo find grep head iconv mktemp od openssl printf rm"
    )
    every = [*needed.split(), "sed", "sha256sum", "sort", "tail", "tr", "uniq", "wc"]
    for missing in ("openssl", "sha256sum", "cmp", "grep", "find", "sort", "iconv"):
        for tool in tools.iterdir():
            tool.unlink()
        for tool in every:
            found = shutil.which(tool)
            if found and tool != missing:
                (tools / tool).symlink_to(found)
        done = subprocess.run(
            [str(shutil.which(SHELL)), str(SCRIPT), str(place), str(_trust(tmp_path))],
            env={"PATH": str(tools)}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode != 0, missing
        assert "integrity PROVED\norigin PROVED" not in done.stdout, missing


def _trust(place: Path) -> Path:
    path = place / "trust.pem"
    path.write_bytes(bag.trust_of())
    return path


def test_it_is_short_enough_to_be_read() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) < LINES


def test_it_passes_shellcheck() -> None:
    subprocess.run(["shellcheck", "--shell=sh", "--severity=warning", str(SCRIPT)], check=True)


def stamped(tmp_path: Path, name: str, **more: bytes) -> tuple[Path, bytes]:
    """Write a good bag whose one timestamp has this name, and these parts besides."""
    good, files = bag.good(), {}
    for path, data in good.files.items():
        part = re.fullmatch(r"seal/timestamps/.*?(\.(?:tsq|tsr|chain\.pem))", path)
        files[f"seal/timestamps/{name}{part[1]}" if part else path] = data
    files |= {f"seal/timestamps/{name}.{part}.pem": data for part, data in more.items()}
    return bagmaker.write(files, tmp_path / "in", good.root), bag.trust_of()


def test_stored_revocation_lists_do_not_make_a_bag_altered(tmp_path: Path) -> None:
    """The format allows them. They are not read here, so that time is left open, and only time."""
    code, said = run(*stamped(tmp_path, "example", crls=b"a list"), tmp_path)
    assert (code, said) == (
        0, {"integrity": "PROVED", "origin": "PROVED", "time": "NOT PROVED"}
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a.tsr", "a.tsq", "a.chain", "a.tsr.tsq.tsr"])
def test_names_of_timestamps_that_look_like_their_parts(tmp_path: Path, name: str) -> None:
    code, said = run(*stamped(tmp_path, name), tmp_path)
    assert (code, set(said.values())) == (0, {"PROVED"})
