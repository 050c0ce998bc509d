"""Signs of life, from real processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.machine import HOLDFAST, ROOT, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Machine(tmp_path / "machine") as made:
        assert made.run("migrate").returncode == 0
        yield made


def _rows(machine: Machine, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(machine.data / "holdfast.sqlite3")) as database:
        return database.execute(query).fetchall()


def test_a_clock_process_gives_signs_sweeps_and_takes_its_leave(machine: Machine) -> None:
    process = machine.start("beat", *HOLDFAST, "beat")
    swept = "SELECT 1 FROM operations_upkeep WHERE task = 'sweep'"
    machine.until(lambda: _rows(machine, swept), "the first sweep")
    ((name, version),) = _rows(machine, "SELECT name, version FROM operations_process")
    assert str(name).startswith("beat@")
    assert version
    assert {each.name for each in (machine.data / "alive").iterdir()} >= {name, "sweep"}
    assert machine.end() == {"beat": 0}
    assert process.returncode == 0
    assert _rows(machine, "SELECT name FROM operations_process") == []
    assert not (machine.data / "alive" / str(name)).exists()


_BROKEN = """
from celery.beat import Scheduler
def tick(*_, **__): raise RuntimeError("a clock that breaks")
Scheduler.tick = tick
"""


def test_a_clock_that_has_stopped_ends_its_process(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_BROKEN)
    settings = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with Machine(tmp_path / "machine", settings) as machine:
        assert machine.run("migrate").returncode == 0
        process = machine.start("beat", *HOLDFAST, "beat")
        machine.until(lambda: process.poll() is not None, "the end of the process")
        assert "the clock has stopped" in machine.logs()
