"""A backup while captures are under way; everything destroyed; restored; and work goes on."""

from __future__ import annotations

import io
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import HOLDFAST, Machine, Web
from tests.support.servers.redis import free_port
from tests.support.site import Site

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    settings = {"HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8", "HOLDFAST_HOST_DELAY": "0"}
    with Machine(tmp_path / "machine", settings) as made:
        yield made


def _serve(machine: Machine, name: str) -> Web:
    web = Web(free_port())
    machine.start(name, *HOLDFAST, "serve", "--port", str(web.port), "--processes", "1")
    machine.until(lambda: "Ctrl-C" in (machine.folder / f"{name}.out").read_text(), "the service")
    return web


def _bearer(machine: Machine) -> dict[str, str]:
    made = machine.run("user", "create", EMAIL, "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    scopes = ["--scope", "captures:read", "--scope", "captures:write"]
    token = machine.run("token", "create", EMAIL, *scopes).stdout.splitlines()[-1]
    return {"Authorization": f"Bearer {token}"}


def _submit(web: Web, bearer: dict[str, str], pages: list[str]) -> list[str]:
    answer = web.ask("POST", "/api/v1/captures", {"urls": pages}, bearer)
    assert answer.status == 201, answer.body
    return [item["id"] for item in answer.json()["items"]]


def _states(web: Web, bearer: dict[str, str], captures: list[str]) -> list[str]:
    shown: list[dict[str, Any]] = [
        web.get(f"/api/v1/captures/{each}", bearer).json() for each in captures
    ]
    return [each["state"] for each in shown]


def test_under_load_destroyed_and_restored(machine: Machine, site: Site, tmp_path: Path) -> None:
    web = _serve(machine, "before")
    bearer = _bearer(machine)
    captures = _submit(web, bearer, [site.url(f"/?{number}") for number in range(14)])
    machine.until(
        lambda: _states(web, bearer, captures).count("sealed") >= 2, "the first bags", 120
    )
    backup = tmp_path / "backup"
    made = machine.run("backup", str(backup))
    assert made.returncode == 0, made.stderr
    with closing(sqlite3.connect(backup / "database.sqlite3")) as moment:
        states = {state for (state,) in moment.execute("SELECT state FROM captures_capture")}
    assert states >= {"sealed", "capturing"}, "the backup was made under load"
    machine.end()
    shutil.rmtree(machine.data)

    restored = machine.run("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert "Every chain of custody is sound" in restored.stdout
    web = _serve(machine, "after")
    more = _submit(web, bearer, [site.url("/?new")])
    machine.until(
        lambda: set(_states(web, bearer, captures + more)) == {"sealed"}, "all of them", 200
    )
    for capture in captures + more:
        _verify(machine, web.get(f"/api/v1/captures/{capture}/evidence.zip", bearer).body, tmp_path)
    machine.end()
    reviewed = machine.run("review")
    assert reviewed.returncode == 0, reviewed.stderr


def _verify(machine: Machine, packed: bytes, folder: Path) -> None:
    """By the key of the backup: the one that sealed before and after."""
    public = folder / "public.pem"
    key = machine.data / "signing-key.pem"
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        opened.extractall(folder / "bags")
        bag = folder / "bags" / opened.namelist()[0].partition("/")[0]
    command = [sys.executable, "-P", "-m", "verify", str(bag), "--trust", str(public)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
