"""A browser that stays warm for many captures keeps nothing of any of them."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.browser.watch import Watch
from tests.support.capturing import capture_with
from tests.support.site import Site


def test_nothing_of_a_capture_outlives_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What listens to the browser would keep page, context and all that crossed the wire."""
    watches: list[weakref.ref[Watch]] = []
    start = Watch.start

    def noted(self: Watch, *given: object) -> None:
        watches.append(weakref.ref(self))
        start(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Watch, "start", noted)

    async def thrice() -> list[Watch]:
        async with Chromium() as chromium:
            for name in ("one", "two", "three"):
                await capture_with(chromium, tmp_path / name, site.url("/"))
            gc.collect()
            # The latest may still be in an answer of the driver that is on its way.
            return [watch for each in watches[:-1] if (watch := each())]

    assert asyncio.run(thrice()) == []
    assert len(watches) == 3
