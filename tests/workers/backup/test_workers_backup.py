"""Backups: all or nothing, and never of less than the database tells of."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.machine import Machine

_PUT_IN = """
import sys
from cli.django_setup import set_up_django
set_up_django()
from pathlib import Path
from service.accounts.creating import create_account
from service.captures import states
from service.cases.access import own_case
from service.custody.recording import SYSTEM
from service.evidence.zipped import zip_bag
from tests.support.service_captures import queued, sample_bag, sealed
work = Path(sys.argv[1]); work.mkdir()
person = create_account("ada@example.org", "correct horse battery staple")
case = own_case(person)
for number in range(3):
    print(sealed(person, case, work, f"https://example.org/{number}").pk)
waiting = queued(person, case, "https://example.org/waiting")
lease = states.claim(waiting.pk, "w")
folder = Path(sys.argv[2]) / f"{waiting.pk}.1"; folder.mkdir(parents=True)
zipped = zip_bag(sample_bag(), folder / "bag.zip")
states.secure(lease, states.Secured("b", "captured", "0" * 64, zipped.sha256, zipped.size,
              {}, {}, {}))
print(waiting.pk)
queued(person, case, "https://example.org/queued")
"""


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a machine: three sealed captures, one in the outbox, one in the queue."""
    with Machine(tmp_path_factory.mktemp("pattern")) as made:
        assert made.run("migrate").returncode == 0
        key = str(made.data / "signing-key.pem")
        assert made.run("key", "show", "--key", key).returncode == 0
        _python(made, _PUT_IN, str(made.folder / "work"), str(made.data / "outbox"))
        return made.data


@pytest.fixture
def machine(pattern: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine of that pattern."""
    with Machine(tmp_path / "machine") as made:
        shutil.copytree(pattern, made.data)
        yield made


def _python(machine: Machine, program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _back_up(machine: Machine, name: str = "backup", *more: str) -> Path:
    into = machine.folder / name
    done = machine.run("backup", str(into), *more)
    assert done.returncode == 0, done.stderr
    return into


def _restore(machine: Machine, source: Path, data: Path) -> tuple[int, str]:
    done = machine.run("restore", str(source), settings={"HOLDFAST_DATA": str(data)})
    return done.returncode, done.stdout + done.stderr


def test_there_and_back(machine: Machine) -> None:
    backup = _back_up(machine)
    assert backup.stat().st_mode & 0o077 == 0
    assert len(list((backup / "evidence").rglob("*.zip"))) == 3
    assert len(list((backup / "outbox").glob("*/bag.zip"))) == 1
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=backup, check=True)
    data = machine.folder / "elsewhere"
    code, said = _restore(machine, backup, data)
    assert code == 0, said
    assert "4 sealed bags" in said
    for name in ("signing-key.pem", "secret-key"):
        assert (data / name).read_bytes() == (machine.data / name).read_bytes()
        assert (data / name).stat().st_mode & 0o777 == 0o600
    old = {path.relative_to(machine.data): path.read_bytes() for path in _zips(machine.data)}
    new = {path.relative_to(data): path.read_bytes() for path in _zips(data)}
    assert old == new


def _zips(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.zip"))


def test_an_earlier_backup_spares_space(machine: Machine) -> None:
    first = _back_up(machine)
    second = _back_up(machine, "second", "--previous", str(first))
    for one, two in zip(_zips(first), _zips(second), strict=True):
        assert one.stat().st_ino == two.stat().st_ino
    shutil.rmtree(first)
    assert _restore(machine, second, machine.folder / "elsewhere")[0] == 0


def test_an_earlier_backup_that_was_damaged_is_not_believed(machine: Machine) -> None:
    first = _back_up(machine)
    damaged = _zips(first)[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    second = _back_up(machine, "second", "--previous", str(first))
    assert _restore(machine, second, machine.folder / "elsewhere")[0] == 0


def test_evidence_that_was_changed_stops_the_backup(machine: Machine) -> None:
    changed = _zips(machine.data / "evidence")[0]
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    done = machine.run("backup", str(machine.folder / "backup"))
    assert (done.returncode, "no backup was made" in done.stderr) == (1, True)
    assert not list(machine.folder.glob("*backup*"))


def test_evidence_that_is_lost_stops_the_backup(machine: Machine) -> None:
    _zips(machine.data / "evidence")[0].unlink()
    done = machine.run("backup", str(machine.folder / "backup"))
    assert (done.returncode, "went away" in done.stderr) == (1, True)
    assert not list(machine.folder.glob("*backup*"))


def test_a_bag_that_the_store_has_taken_meanwhile(machine: Machine) -> None:
    (waiting,) = (machine.data / "outbox").glob("*/bag.zip")
    capture, attempt = waiting.parent.name.split(".")
    place = machine.data / "evidence" / "captures" / capture
    place.mkdir(parents=True)
    waiting.rename(place / f"{attempt}.zip")
    backup = _back_up(machine)
    assert [path.name for path in (backup / "outbox").iterdir()] == [waiting.parent.name]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "SHA256SUMS").unlink(), "no finished backup"),
        (lambda folder: (folder / "backup.json").write_text("{}"), "does not know"),
        (lambda folder: _zips(folder)[0].unlink(), "is missing"),
        (lambda folder: _zips(folder)[0].write_bytes(b"?"), "was changed"),
        (lambda folder: (folder / "more").touch(), "does not belong"),
        (lambda folder: (folder / "database.sqlite3").write_bytes(b""), "was changed"),
    ],
)
def test_half_a_backup_is_refused(machine: Machine, spoil: object, says: str) -> None:
    backup = _back_up(machine)
    spoil(backup)  # type: ignore[operator]
    data = machine.folder / "elsewhere"
    code, said = _restore(machine, backup, data)
    assert (code, says in said) == (1, True), said
    assert not data.exists(), "nothing was touched"


def test_nothing_is_overwritten(machine: Machine) -> None:
    backup = _back_up(machine)
    code, said = _restore(machine, backup, machine.data)
    assert (code, "not empty" in said) == (1, True)
    done = machine.run("backup", str(backup))
    assert (done.returncode, "exists already" in done.stderr) == (1, True)


def test_a_restore_that_broke_off_cannot_be_used(machine: Machine) -> None:
    backup = _back_up(machine)
    data = machine.folder / "elsewhere"
    settings = {"HOLDFAST_DATA": str(data), "HOLDFAST_STORE": f"file://{machine.folder}/gone"}
    done = machine.run("restore", str(backup), settings=settings)
    assert done.returncode == 1
    for command in (("migrate",), ("doctor",), ("user", "create", "x@example.org")):
        done = machine.run(*command, settings={"HOLDFAST_DATA": str(data)})
        assert (done.returncode, "did not come to its end" in done.stderr) == (2, True)


def test_what_a_restore_finds_wrong_is_said(machine: Machine) -> None:
    """A backup of a database in which somebody changed the chain: whole, and yet not sound."""
    with closing(sqlite3.connect(machine.data / "holdfast.sqlite3")) as database:
        database.execute("DROP TRIGGER custody_event_no_change")
        database.execute("UPDATE custody_event SET actor = 'nobody' WHERE number = 2")
        database.commit()
    code, said = _restore(machine, _back_up(machine), machine.folder / "elsewhere")
    assert (code, "was changed" in said) == (1, True), said


def test_postgresql_has_its_own_tools(machine: Machine) -> None:
    settings = {
        "HOLDFAST_DATABASE": "postgresql://x@127.0.0.1:1/x",
        "HOLDFAST_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    }
    done = machine.run("backup", str(machine.folder / "b"), settings=settings)
    assert (done.returncode, "docs/operating.md" in done.stderr) == (1, True)
