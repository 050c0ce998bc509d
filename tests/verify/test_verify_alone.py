"""The verifier by itself: its wheel alone in an empty environment, and its one-file form.

Both are run from elsewhere on every vector, also without assertions and with warnings as errors,
and must say what the sources say.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import verify
from verify import command

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
BUILD_PYZ = ROOT / "scripts" / "build_pyz.py"
RUNTIME = {".py", ".typed", ".json", ".pem"}
# Nothing of this environment's, so that nothing of it can help.
BARE = {"PATH": "/usr/bin:/bin"}


def program(*words, cwd, env=BARE):
    command_line = [str(word) for word in words]
    return subprocess.run(
        command_line, cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    done = program(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder),
        cwd=ROOT / "verify",
    )
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel in an environment that holds nothing else; returns its folder of programs."""
    place = tmp_path_factory.mktemp("empty") / "env"
    venv.create(place, with_pip=False, symlinks=True)
    uv = shutil.which("uv") or ROOT / ".tools/bin/uv"
    done = program(
        *(uv, "--offline", "--no-config", "pip", "install", "--no-index"),
        *("--python", place / "bin/python", wheel),
        cwd=place,
        env={**BARE, "HOME": str(place), "UV_CACHE_DIR": str(place / "cache")},
    )
    assert done.returncode == 0, done.stderr
    (library,) = place.glob("lib/python3*/site-packages")
    there = {path.name for path in library.iterdir() if path.is_dir()}
    assert there == {"verify", f"holdfast_verify-{verify.__version__}.dist-info"}
    return place / "bin"


@pytest.fixture(scope="module")
def pyz(tmp_path_factory):
    made = tmp_path_factory.mktemp("one-file") / "holdfast-verify.pyz"
    assert program(sys.executable, BUILD_PYZ, made, cwd="/").returncode == 0
    return made


@pytest.fixture(params=["command", "command -O", "command -W error", "one file", "one file -O"])
def start(request, tmp_path):
    """How the verifier is started: the words of a command line."""
    kind, _, flags = request.param.partition(" -")
    options = f"-{flags}".split() if flags else []
    if kind == "command":
        bin_folder = request.getfixturevalue("installed")
        if not options:
            return [bin_folder / "holdfast-verify"]
        return [bin_folder / "python", *options, bin_folder / "holdfast-verify"]
    # -I and -S: no environment variables, no packages but Python's own.
    return [sys._base_executable, "-I", "-S", "-Werror", *options, request.getfixturevalue("pyz")]


def bags_of(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix == ".zip" or (path / "seal/statement.json").exists()
    )


GROUPS = sorted({path.parent for path in VECTORS.rglob("trust.pem")})


def test_there_are_vectors():
    assert sum(len(bags_of(folder)) for folder in GROUPS) >= 1


@pytest.mark.parametrize("folder", GROUPS, ids=lambda path: str(path.relative_to(VECTORS)))
def test_it_says_of_every_vector_what_the_sources_say(folder, start, tmp_path, capsys):
    arguments = [*map(str, bags_of(folder)), "--trust", str(folder / "trust.pem"), "--json"]
    code = command.main(arguments)
    expected = [judged(line) for line in capsys.readouterr().out.splitlines()]
    done = program(*start, *arguments, cwd=tmp_path)
    assert done.stderr == ""
    assert [judged(line) for line in done.stdout.splitlines()] == expected
    assert done.returncode == code
    assert list(tmp_path.iterdir()) == []


def judged(line):
    """What of a report may not depend on what else is installed."""
    report = json.loads(line)
    claims = {name: claim["verdict"] for name, claim in report["claims"].items()}
    findings = [(x["step"], x["code"], x["file"]) for x in report["findings"]]
    return report["path"], report["verdict"], claims, findings, report["files"]


def test_it_leaves_nothing_beside_the_evidence_or_itself(pyz, tmp_path):
    (vector,) = (ROOT / "tests/vectors/format-1").glob("2*")
    shutil.copytree(vector, tmp_path / vector.name)
    before = sorted(tmp_path.rglob("*"))
    page = tmp_path / "report.html"
    done = program(
        *(sys._base_executable, "-S", pyz, vector.name, "--require", "integrity", "--html", page),
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, page])
    assert list(pyz.parent.iterdir()) == [pyz]


def test_the_one_file_starts_by_itself(pyz, tmp_path):
    done = program(pyz, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: holdfast-verify")


def test_the_one_file_refuses_an_old_python(pyz, tmp_path):
    """Older ones cannot be had here; so it is told that this one is."""
    with zipfile.ZipFile(pyz) as archive:
        start = archive.read("__main__.py").decode()
    old = start.replace("import sys", "import sys; sys.version_info = (3, 10)", 1)
    done = program(sys.executable, "-c", old, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Python 3.11 or later is needed" in done.stderr


def test_the_same_sources_give_the_same_file(pyz, tmp_path):
    """Elsewhere, at another time, with other rights, and with what running leaves behind."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "verify", copy / "verify")
    shutil.copytree(BUILD_PYZ.parent, copy / "scripts")
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    (copy / "verify/__pycache__").mkdir(exist_ok=True)
    (copy / "verify/__pycache__/pem.cpython-311.pyc").write_bytes(b"?")
    other = tmp_path / "other.pyz"
    done = program(
        *(sys.executable, copy / "scripts/build_pyz.py", other),
        cwd=tmp_path,
        env={**BARE, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"},
    )
    assert done.returncode == 0, done.stderr
    assert other.read_bytes() == pyz.read_bytes()


def test_both_hold_the_package_and_nothing_else(wheel, pyz):
    sources = {
        f"verify/{path.relative_to(ROOT / 'verify').as_posix()}": path.read_bytes()
        for path in (ROOT / "verify").rglob("*")
        if path.suffix in RUNTIME and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        assert {name: archive.read(name) for name in names} == sources
        (licence,) = (name for name in archive.namelist() if name.endswith("/LICENSE"))
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        assert b"License-Expression: Apache-2.0" in archive.read(metadata)
        assert b"Requires-Dist" not in archive.read(metadata)
    with zipfile.ZipFile(pyz) as archive:
        more = {"__main__.py", "verify/LICENSE"}
        assert {x: archive.read(x) for x in set(archive.namelist()) - more} == sources


def test_the_version_is_the_same_everywhere():
    with (ROOT / "verify/pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == verify.__version__
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == verify.__version__


def test_the_licence_is_the_whole_one():
    assert (ROOT / "verify/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
