"""In no hurry."""

from __future__ import annotations

import asyncio
import time

import pytest

from workers.profiles import pacing
from workers.profiles.pacing import Pace


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited; the clock goes on by them at once."""
    passed: list[float] = []

    async def sleep(seconds: float) -> None:
        passed.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: 1_000 + sum(passed))
    return passed


def test_between_two_visits_there_is_the_delay_and_up_to_half_more(waited: list[float]) -> None:
    async def visits() -> None:
        pace = Pace(10)
        for _ in range(200):
            await pace.turn()

    asyncio.run(visits())
    assert len(waited) == 199  # not before the first
    assert all(10 <= each <= 15 for each in waited)
    assert len(set(waited)) > 100


def test_a_refusal_doubles_the_rest_up_to_a_ceiling(waited: list[float]) -> None:
    pace = Pace(0)
    rests = [pace.refused(0) for _ in range(10)]
    assert rests[:4] == [10, 20, 40, 80]
    assert rests[-1] == 900
    pace.welcomed()
    assert pace.refused(0) == 10


def test_what_the_site_wishes_is_done(waited: list[float]) -> None:
    pace = Pace(0)
    assert pace.refused(120) == 120
    asyncio.run(pace.turn())
    assert sum(waited) == pytest.approx(120)


def test_a_refusal_holds_up_those_who_wait_already(waited: list[float]) -> None:
    async def two() -> None:
        pace = Pace(10)
        await pace.turn()
        pace.refused(60)
        await pace.turn()

    asyncio.run(two())
    assert sum(waited) == pytest.approx(60)
    assert pacing._BACKOFF_MOST_S >= 60
