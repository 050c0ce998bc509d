"""What is tried again, when, and at whose expense."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from capture.errors import BrowserFailed, InvalidTarget
from capture.outcome import Outcome
from seal.errors import BagStorageError
from service.captures.models import Result
from workers import retrying
from workers.errors import CaptureTookTooLong, FolderUnusable, VerificationFailed
from workers.retrying import TROUBLES, after_failure, after_outcome, pause_asked_by


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.ATTEMPTS = 3
    settings.RETRY_FIRST_S = 20


def _came(
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
    status: int | None = None,
    retry_after: str | None = None,
) -> Any:
    """A preserved page of this outcome."""
    monkeypatch.setattr(retrying, "document_status", lambda _: status)
    monkeypatch.setattr(retrying, "document_field", lambda *_: retry_after)
    return SimpleNamespace(bag=Path(), captured=SimpleNamespace(outcome=outcome))


PASSING = [
    (Outcome.TIMED_OUT, None),
    (Outcome.CRASHED, None),
    (Outcome.CONNECTION_FAILED, None),
    (Outcome.HTTP_ERROR, 429),
    (Outcome.HTTP_ERROR, 500),
    (Outcome.HTTP_ERROR, 503),
    (Outcome.BOT_WALL, 503),
]


@pytest.mark.parametrize(("outcome", "status"), PASSING)
def test_what_may_pass_is_tried_again_later_and_later(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, status: int | None
) -> None:
    preserved = _came(monkeypatch, outcome, status)
    first, second = (after_outcome(preserved, earlier, 0) for earlier in (0, 1))
    assert first is not None
    assert second is not None
    assert (first.wait_s, second.wait_s) == (20, 80)
    assert first.result is Result.AGAIN
    assert after_outcome(preserved, 2, 0) is None  # a failure is evidence too


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(outcome, None) for outcome in Outcome if outcome not in {each for each, _ in PASSING}]
    + [(Outcome.HTTP_ERROR, status) for status in (400, 401, 403, 404, 410)],
)
def test_what_will_not_pass_is_not(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, status: int | None
) -> None:
    assert after_outcome(_came(monkeypatch, outcome, status), 0, 0) is None


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (None, 0),
        ("120", 120),
        (" 7 ", 7),
        ("999999999", 3_600),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("²", 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3_600),
    ],
)
def test_how_long_the_web_site_wants_to_be_left_alone(
    monkeypatch: pytest.MonkeyPatch, written: str | None, seconds: float
) -> None:
    preserved = _came(monkeypatch, Outcome.HTTP_ERROR, 503, written)
    assert pause_asked_by(preserved) == seconds


def test_until_when_the_web_site_wants_to_be_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    preserved = _came(monkeypatch, Outcome.HTTP_ERROR, 503, until)
    assert pause_asked_by(preserved) == pytest.approx(600, abs=60)


def test_its_wish_is_heard_where_it_refuses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pause_asked_by(_came(monkeypatch, Outcome.CAPTURED, 200, "120")) == 0


def test_the_next_attempt_waits_as_long_as_the_web_site(monkeypatch: pytest.MonkeyPatch) -> None:
    again = after_outcome(_came(monkeypatch, Outcome.HTTP_ERROR, 429), 0, 120)
    assert again is not None
    assert again.wait_s == 120


def _from(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


FULL = OSError(errno.ENOSPC, "No space left on device")
TROUBLED: list[tuple[Exception, str, int]] = [
    (FULL, "disk full", TROUBLES),
    (OSError(errno.EFBIG, "File too large"), "disk full", TROUBLES),
    (_from(FolderUnusable("x"), FULL), "disk full", TROUBLES),
    (_from(BagStorageError("x"), FULL), "disk full", TROUBLES),
    (OSError(errno.EIO, "Input/output error"), "machine trouble", TROUBLES),
    (BrowserFailed("x"), "browser failed", TROUBLES),
    (VerificationFailed("x"), "verification failed", 3),
    (CaptureTookTooLong("x"), "took too long", 3),
    (BagStorageError("x"), "capture failed", 3),
]


@pytest.mark.parametrize(("error", "reason", "most"), TROUBLED)
def test_trouble_of_ours_is_not_at_the_expense_of_the_page(
    error: Exception, reason: str, most: int
) -> None:
    first, last = after_failure(error, 0), after_failure(error, most - 1)
    assert (first.wait_s, first.result, first.reason) == (20, Result.TROUBLE, reason)
    assert (last.wait_s, last.reason) == (None, reason)
    assert after_failure(error, most - 2).wait_s is not None


def test_no_wait_is_longer_than_an_hour() -> None:
    assert after_failure(FULL, TROUBLES - 2).wait_s == 3_600


def test_what_is_no_address_is_not_tried_again() -> None:
    assert after_failure(InvalidTarget("x"), 0).wait_s is None


def test_an_error_of_the_program_tells_nothing_that_it_holds() -> None:
    again = retrying.unexpected(RuntimeError("token=holdfast_secret"), 0)
    assert again.reason == "unexpected error"
    assert "secret" not in again.explanation
