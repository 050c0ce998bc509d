"""Many bags: the same reports in the same order, with one process or with several."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tamper import bag
from tests.verify import bagmaker
from verify import command, many

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def several(tmp_path: Path) -> list[str]:
    """Five good bags, one altered, one that is not there; and the trust file last."""
    paths = []
    for outcome in ("captured", "http_error", "download", "crashed", "bot_wall"):
        good = bag.good(outcome)
        paths.append(str(bagmaker.write(good.files, tmp_path / outcome, good.root)))
    (Path(paths[2]) / "data" / "text.txt").write_bytes(b"altered")
    paths.insert(1, str(tmp_path / "nowhere"))
    (tmp_path / "trust.pem").write_bytes(bag.trust_of())
    return [*paths, "--trust", str(tmp_path / "trust.pem")]


def run(arguments: list[str], *options: str, flags: tuple[str, ...] = ()) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *flags, "-m", "verify", *options, *arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("form", [("--json",), ()])
@pytest.mark.parametrize("flags", [(), ("-O", "-W", "error")])
def test_the_same_with_any_number_of_jobs(
    several: list[str], form: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    one = run(several, "--jobs", "1", *form, flags=flags)
    assert one[0] == 1
    assert run(several, "--jobs", "3", *form, flags=flags) == one
    assert run(several, *form, flags=flags) == one


def test_reports_come_in_the_order_of_the_paths(several: list[str]) -> None:
    _, output = run(several, "--jobs", "4", "--json")
    assert [json.loads(line)["path"] for line in output.splitlines()] == several[:-2]


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "257", "\u0663", "1.5"])
def test_a_number_of_jobs_that_is_none(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([f"--jobs={number}", "x"]) == 2
    assert "--jobs" in capsys.readouterr().err


def test_one_bag_needs_no_second_process(several: list[str], monkeypatch) -> None:
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", None)
    assert command.main(["--jobs", "8", several[0], *several[-2:]]) == 0


def test_there_is_a_core() -> None:
    assert many.cores() >= 1


@pytest.mark.parametrize("module", ["multiprocessing", "pickle", "socket", "verify"])
@pytest.mark.parametrize("flags", [(), ("-E",)])
def test_nothing_is_imported_from_the_working_directory(
    several: list[str], tmp_path: Path, module: str, flags: tuple[str, ...]
) -> None:
    """Evidence may lie there, and with it a module of a name that Python itself imports."""
    (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\n")
    start = f"import sys; sys.path[:1] = [{str(REPOSITORY)!r}]"
    run_it = "from verify.command import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, *flags, "-c", f"{start}; {run_it}", "--jobs", "2", *several],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert not (tmp_path / "ran").exists()
