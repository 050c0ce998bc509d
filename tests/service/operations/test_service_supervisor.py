"""Parts of the service: started again when they die, ended together, and with their starter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from service.operations.supervisor import GaveUp, Part, Supervisor

PATIENCE_S = 30.0
_SLEEP = "import time; print('up', flush=True); time.sleep(1000)"
_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {_SLEEP}"


def _await(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(said.append)
    yield made
    made.stop()
    made.stop()
    made.end()


def _part(folder: Path, code: str, **options: int) -> Part:
    return Part("part", [sys.executable, "-c", code], folder / "part.log", **options)


def _is_up(part: Part) -> bool:
    return part.log.exists() and b"up" in part.log.read_bytes()


def test_one_that_dies_is_started_again(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    part = _part(tmp_path, _SLEEP)
    supervisor.start(part)
    first = part.pid
    assert first is not None
    _await(lambda: _is_up(part))
    os.kill(first, signal.SIGKILL)
    _await(lambda: (supervisor.tend(), part.pid != first)[1])
    assert said == ["part ended (exit -9); it is started again"]


def test_one_that_dies_again_and_again_is_given_up(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(_part(tmp_path, "raise SystemExit('no such setting')"))
    with pytest.raises(GaveUp, match=r"exit 1\): see .*part.log"):
        supervisor.run()
    assert b"no such setting" in (tmp_path / "part.log").read_bytes()


def test_the_end_of_higher_ranks_comes_first(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = (
        "import signal, sys, time, pathlib\n"
        "def end(*_):\n"
        "    time.sleep({wait})\n"
        f"    pathlib.Path({str(order)!r}).open('a').write('{{name}} ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(1000)"
    )
    for name, rank, wait in (("broker", 0, 0), ("worker", 1, 0.5), ("web", 1, 0)):
        code = note.format(name=name, wait=wait)
        part = Part(name, [sys.executable, "-c", code], tmp_path / f"{name}.log", rank=rank)
        supervisor.start(part)
        _await(lambda part=part: _is_up(part))
    supervisor.stop()
    supervisor.end()
    assert order.read_text().split() == ["web", "worker", "broker"]


def test_told_twice_it_ends_at_once_what_does_not_listen(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    part = _part(tmp_path, _DEAF, patience_s=1_000)
    supervisor.start(part)
    _await(lambda: _is_up(part))
    pid = part.pid
    supervisor.stop()
    threading.Timer(0.3, supervisor.stop).start()
    supervisor.end()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_its_children_end_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    """Even where it is killed, and they are in its group."""
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_SLEEP!r}]).wait()"
    part = _part(tmp_path, code)
    supervisor.start(part)
    _await(lambda: _is_up(part))
    assert part.pid is not None
    children = psutil.Process(part.pid).children()
    supervisor.stop()
    supervisor.end()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
    assert not alive


def test_parts_end_where_their_supervisor_is_killed(tmp_path: Path) -> None:
    code = textwrap.dedent(f"""
        import sys, pathlib
        from service.operations.supervisor import Part, Supervisor
        supervisor = Supervisor(print)
        log = pathlib.Path({str(tmp_path)!r}) / "log"
        part = Part("part", [sys.executable, "-c", {_SLEEP!r}], log)
        supervisor.start(part)
        print(part.pid, flush=True)
        supervisor.run()
    """)
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    part = psutil.Process(int(run.stdout.readline()))
    run.kill()
    run.communicate()
    _, alive = psutil.wait_procs([part], timeout=PATIENCE_S)
    assert not alive


def test_a_long_log_begins_anew(supervisor: Supervisor, tmp_path: Path) -> None:
    part = _part(tmp_path, _SLEEP)
    part.log.write_bytes(b"old " * (6 << 20))
    supervisor.start(part)
    _await(lambda: _is_up(part))
    assert part.log.stat().st_size < 100
    assert (tmp_path / "part.old.log").exists()
