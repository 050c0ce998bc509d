"""A browser or a driver that dies, at any moment, costs one capture at most and holds up none."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from capture.browser.chromium import Chromium
from capture.errors import BrowserFailed
from capture.options import CaptureOptions
from capture.outcome import Outcome
from tests.support.capturing import capture_with
from tests.support.site import Site


def _drivers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "node" in each.name()]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capture.browser.visit._NEW_PAGE_S", 4.0)


async def _two_captures(site: Site, folder: Path, kill: str, after_s: float) -> list[str]:
    before = _drivers()
    async with Chromium() as chromium:
        (driver,) = [each for each in _drivers() if each not in before]
        victim = driver.pid if kill == "driver" else chromium.pid
        assert victim is not None
        asyncio.get_running_loop().call_later(after_s, os.kill, victim, signal.SIGKILL)
        outcomes = []
        for name in ("1", "2"):
            try:
                taken = await capture_with(chromium, folder / name, site.url("/bench/light"))
                outcomes.append(taken.captured.outcome.value)
            except BrowserFailed:
                outcomes.append("browser failed")
        return outcomes


@pytest.mark.parametrize("kill", ["browser", "driver"])
@pytest.mark.parametrize("after_s", [0.0, 0.12, 0.3])
def test_killed(site: Site, tmp_path: Path, kill: str, after_s: float) -> None:
    """Without time limits of ours the driver waits for ever where the browser dies just then."""
    _, second = asyncio.run(_two_captures(site, tmp_path, kill, after_s))
    assert second == Outcome.CAPTURED.value


def test_a_driver_that_is_dead_is_replaced_between_captures(site: Site, tmp_path: Path) -> None:
    async def kill_between() -> str:
        async with Chromium() as chromium:
            await capture_with(chromium, tmp_path / "1", site.url("/bench/light"))
            for driver in _drivers():
                driver.kill()
                driver.wait()
            taken = await capture_with(chromium, tmp_path / "2", site.url("/bench/light"))
            return taken.captured.outcome.value

    assert asyncio.run(kill_between()) == Outcome.CAPTURED.value


def test_a_context_after_the_end_is_refused() -> None:
    async def after() -> None:
        async with Chromium() as chromium:
            pass
        await chromium.context("socks5://127.0.0.1:9", CaptureOptions())

    with pytest.raises(BrowserFailed):
        asyncio.run(after())
