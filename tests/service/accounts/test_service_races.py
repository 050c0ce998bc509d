"""Two at once: one first administrator, an owner and an administrator left, one answer counted.

On SQLite in a file, where a writer waits for the other, and on PostgreSQL, where both run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.servers import Database

_LEFT = {
    "first_visitors": (["NotTheFirst", "done"], 1),
    "owners_who_remove_each_other": (["LastOwner", "done"], 1),
    "owners_who_step_down": (["LastOwner", "done"], 1),
    "administrators_who_depose_each_other": (["LastAdministrator", "done"], 1),
    "an_invitation_accepted_twice": (["NotFound", "done"], 1),
    "an_invitation_taken_back_as_it_is_accepted": (["NotFound", "done"], 1),
    "a_log_written_by_two": (["done", "done"], 0),
    "an_account_log_written_by_two": (["done", "done"], 0),
    "a_capture_looked_at_by_two": (["done", "done"], 0),
}


def _run(data: Path, *arguments: str, **more: str) -> Any:
    environment = {**os.environ, "HOLDFAST_DATA": str(data), **more}
    environment["DJANGO_SETTINGS_MODULE"] = "service.settings"
    for command in (["cli.main", "migrate"], ["tests.support.races", *arguments]):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "Exception in thread" not in done.stderr, done.stderr
    return json.loads(done.stdout)


def _on(database: Database) -> dict[str, str]:
    return {"HOLDFAST_DATABASE": database.url, "HOLDFAST_SECRET_KEY": "k" * 40}


def _expect(told: dict[str, list[tuple[list[str], int]]]) -> None:
    assert set(told) == set(_LEFT)
    for race, rounds in told.items():
        for became, left in rounds:
            assert (became, left) == _LEFT[race], race


def test_on_sqlite(tmp_path: Path) -> None:
    _expect(_run(tmp_path, "5"))


def test_on_postgresql(tmp_path: Path, database: Database) -> None:
    _expect(_run(tmp_path, "10", **_on(database)))


def test_without_the_locks_nobody_is_left(tmp_path: Path, database: Database) -> None:
    told = _run(tmp_path, "1", "--without-locks", **_on(database))
    assert told == {
        "owners_who_remove_each_other": [[["done", "done"], 0]],
        "owners_who_step_down": [[["done", "done"], 0]],
        "administrators_who_depose_each_other": [[["done", "done"], 0]],
    }
