"""A database that is away for a moment costs time, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.db import DataError, InterfaceError, OperationalError

from workers import insisting
from workers.insisting import insist


class _Hands:
    """A clock that waits in no time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def hands() -> _Hands:
    clock = _Hands()
    with patch.object(insisting, "time", clock), patch.object(insisting, "connection"):
        yield clock  # type: ignore[misc]


def _failing(times: int, error: Exception) -> Callable[[], str]:
    left = times

    def act() -> str:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error
        return "done"

    return act


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_it_is_asked_again(error: Exception, hands: _Hands) -> None:
    assert insist(_failing(9, error), 30) == "done"
    assert hands.now < 30


def test_not_for_ever(hands: _Hands) -> None:
    with pytest.raises(OperationalError):
        insist(_failing(10_000, OperationalError("gone")), 30)
    assert 25 < hands.now <= 30


def test_a_mistake_is_not_repeated(hands: _Hands) -> None:
    with pytest.raises(DataError):
        insist(_failing(1, DataError("too long")), 30)
    assert hands.now == 0
