"""The doctor's checks of what captures and seals, each made to fail for real."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.operations.doctor.finding import Verdict
from tests.support.machine import Machine
from tests.support.servers.redis import free_port
from tests.support.tsa import TimestampAuthority
from workers.doctor import outbox

_SHARED = {
    "HOLDFAST_SECRET_KEY": "Zq3vXw8LkT1mNb5RyUe7HsJd2FgPa9CoIi4E",
    "HOLDFAST_DATABASE": "postgresql://nobody@127.0.0.1:1/none",
}
_ORDINARY_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Machine(tmp_path / "machine") as made:
        yield made


def _ask(machine: Machine, only: str, **settings: str) -> list[tuple[str, str, str]]:
    answer = machine.run("doctor", "--json", "--only", only, settings=settings)
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert found, answer.stderr
    return [(each["subject"], each["verdict"], each["says"]) for each in found]


def test_keys(machine: Machine) -> None:
    ((_, verdict, says),) = _ask(machine, "key")
    assert (verdict, "there is none" in says) == ("note", True)
    key = machine.data / "signing-key.pem"
    assert machine.run("key", "show", "--key", str(key)).returncode == 0
    ((_, verdict, says),) = _ask(machine, "key")
    assert (verdict, says[:7]) == ("well", "sha256:")
    key.chmod(0o644)
    ((_, verdict, says),) = _ask(machine, "key")
    assert (verdict, "Others on this machine" in says) == ("wrong", True)
    key.chmod(0o600)
    key.write_text("no key at all")
    assert _ask(machine, "key")[0][1] == "wrong"


def test_machines_that_do_not_share_a_key(machine: Machine) -> None:
    assert _ask(machine, "key", **_SHARED)[-1][1] == "wrong"
    key = str(machine.folder / "key.pem")
    assert machine.run("key", "show", "--key", key).returncode == 0
    assert [each[1] for each in _ask(machine, "key", HOLDFAST_KEY=key, **_SHARED)] == ["well"]


def test_no_browser(machine: Machine) -> None:
    found = _ask(machine, "browser", HOLDFAST_CHROMIUM="/no/such/program")
    assert [each[1] for each in found] == ["wrong"]
    found = _ask(machine, "browser", HOLDFAST_CHROMIUM="/bin/false")
    assert [each[:2] for each in found] == [("browser", "wrong")]


def test_an_ordinary_user_has_the_sandbox(machine: Machine) -> None:
    machine.wrap = lambda command: [*_ORDINARY_USER, *command]
    found = {subject: (verdict, says) for subject, verdict, says in _ask(machine, "browser")}
    assert found["browser"][0] == "well"
    assert found["sandbox"][0] == "well", found
    machine.wrap = lambda command: ["unshare", "--user", "--map-root-user", *command]
    found = {subject: (verdict, says) for subject, verdict, says in _ask(machine, "browser")}
    assert found["sandbox"][0] == "note", "root has none"


def test_a_machine_that_forbids_user_namespaces(machine: Machine) -> None:
    forbid = "echo 1 > /proc/sys/user/max_user_namespaces && exec " + " ".join(_ORDINARY_USER)
    shell = ["unshare", "--user", "--map-root-user", "sh", "-c", f'{forbid} "$@"', "sh"]
    machine.wrap = lambda command: [*shell, *command]
    ((subject, verdict, says),) = _ask(machine, "browser")
    assert (subject, verdict) == ("browser", "wrong")
    assert "sandbox" in says.lower()


def test_the_way_out(machine: Machine) -> None:
    assert _ask(machine, "way-out")[0][1] == "well"
    assert _ask(machine, "way-out", HOLDFAST_ALLOW_NETWORKS="10.0.0.0/8")[0][1] == "note"


def test_authorities(machine: Machine) -> None:
    loopback = {"HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8", "HOLDFAST_TIMESTAMPS": "on"}
    nobody = f"http://127.0.0.1:{free_port()}"
    with TimestampAuthority() as authority:
        both = {"HOLDFAST_TIMESTAMP_AUTHORITIES": f"{authority.url},{nobody}"}
        found = _ask(machine, "timestamps", **loopback, **both)
        assert [each[1] for each in found] == ["well", "wrong"]
        inside = {"HOLDFAST_TIMESTAMPS": "on", "HOLDFAST_TIMESTAMP_AUTHORITIES": authority.url}
        ((_, verdict, _),) = _ask(machine, "timestamps", **inside)
        assert verdict == "wrong", "asked through the same guarded way out as any page"
    assert _ask(machine, "timestamps")[0][1] == "note"


@pytest.mark.django_db
def test_the_outbox(settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    assert [each.verdict for each in outbox.look()] == [Verdict.WELL]
    for place in ("a.1", "unclaimed/b.1", "useless/c.1", "unverified/d.1/UNVERIFIED-x"):
        (tmp_path / "outbox" / place).mkdir(parents=True)
    waiting = tmp_path / "outbox" / "a.1" / "bag.zip"
    waiting.touch()
    os.utime(waiting, (time.time() - 700,) * 2)
    (tmp_path / "outbox" / "unclaimed" / "b.1" / "bag.zip").touch()
    verdicts = [each.verdict for each in outbox.look()]
    assert verdicts == [Verdict.WRONG, Verdict.NOTE, Verdict.WRONG, Verdict.WRONG]
