"""Secrets of a browser that was killed are gone after the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from capture.browser.private import PrivateFolder, remove_abandoned

_BROWSE = """
import asyncio
from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
async def main():
    async with Chromium() as chromium:
        context = await chromium.context("socks5://127.0.0.1:9", CaptureOptions())
        await context.new_page()
        print(chromium.key_log.path.parent, flush=True)
        await asyncio.sleep(100)
asyncio.run(main())
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files whose path is longer than that of any socket."""
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return deep


def test_a_folder_is_its_owners_alone_and_goes(place: Path) -> None:
    folder = PrivateFolder()
    assert folder.path.stat().st_mode & 0o077 == 0
    assert folder.path.parent == place
    folder.remove()
    assert list(place.iterdir()) == []


def test_what_lives_is_left_alone(place: Path) -> None:
    folder = PrivateFolder()
    assert remove_abandoned(place) == []
    assert folder.path.exists()
    folder.remove()


def test_what_is_just_being_made_is_left_alone(place: Path) -> None:
    fresh = place / "holdfast-private-fresh"
    fresh.mkdir()
    assert remove_abandoned(place) == []
    os.utime(fresh, (time.time() - 100, time.time() - 100))
    assert remove_abandoned(place) == [fresh]


def test_a_link_that_somebody_put_there_is_not_followed(place: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "lock").touch()
    (place / "holdfast-private-x").symlink_to(precious)
    trap = place / "holdfast-private-y"
    trap.mkdir()
    (trap / "lock").symlink_to(precious / "lock")
    assert remove_abandoned(place) == []
    assert (precious / "lock").exists()


def test_children_put_their_files_there_however_deep_it_is(place: Path) -> None:
    folder = PrivateFolder()
    with folder.for_children():
        there = os.environ["TMPDIR"]
        assert len(there) < 40
        (Path(there) / "made").touch()
    assert (folder.path / "made").exists()
    assert os.environ["TMPDIR"] == str(place)
    folder.remove()


def test_a_killed_browser_leaves_nothing_for_long(place: Path) -> None:
    """Its profile, its key log and its socket are all in the one folder."""
    run = subprocess.Popen([sys.executable, "-c", _BROWSE], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    family = psutil.Process(run.pid).children(recursive=True)
    held = {path.name.partition("-")[0].partition(".")[0] for path in folder.iterdir()}
    assert {"lock", "keys", "playwright_chromiumdev_profile", "org"} <= held
    run.send_signal(signal.SIGKILL)
    run.communicate()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive
    assert folder.exists()
    PrivateFolder().remove()
    assert not folder.exists()
    assert list(place.iterdir()) == []
