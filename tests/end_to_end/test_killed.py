"""kill -9 at any moment: no bag, or a whole one; and the next run cleans up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.site import Site

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


def _start(url: str, into: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(HOLDFAST, "capture", "--into", str(into), "--key", str(into.parent / "key.pem")),
            *("--allow-network", "127.0.0.0/8", url),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _bags(into: Path) -> list[Path]:
    return [path for path in into.glob("*") if not path.name.startswith(".")]


def _verifies(bag: Path, key: Path) -> bool:
    command = [HOLDFAST, "verify", "--key", str(key), str(bag)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("after_s", [0.5, 1.5, 2.5, 3.5, 4.5, 6.0])
def test_kill(site: Site, tmp_path: Path, after_s: float) -> None:
    into = tmp_path / "evidence"
    run = _start(site.url("/bench/post"), into)
    time.sleep(after_s)
    descendants = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
    run.send_signal(signal.SIGKILL)
    run.wait()
    for bag in _bags(into):
        assert _verifies(bag, tmp_path / "key.pem")
    psutil.wait_procs(descendants, timeout=15)
    assert not [process for process in descendants if process.is_running()]
    again = _start(site.url("/bench/light"), into)
    assert again.wait() == 0
    assert not list(into.glob(".holdfast-*"))
    assert _bags(into)


def test_interrupt_leaves_no_process_and_no_half_bag(site: Site, tmp_path: Path) -> None:
    into = tmp_path / "evidence"
    run = _start(site.url("/hostile/endless-body"), into)
    time.sleep(4)
    descendants = psutil.Process(run.pid).children(recursive=True)
    assert descendants
    os.kill(run.pid, signal.SIGINT)
    assert run.wait(timeout=30) != 0
    psutil.wait_procs(descendants, timeout=15)
    assert not [process for process in descendants if process.is_running()]
    assert _bags(into) == []
    assert not list(into.glob(".holdfast-*"))
