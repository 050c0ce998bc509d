"""What may pass is tried again, later and later; what will not is not."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings

from capture.errors import BrowserFailed
from capture.outcome import Outcome
from service.evidence.errors import EvidenceError
from workers.errors import VerificationFailed
from workers.facts import document_field, document_status
from workers.pipeline import Preserved

_MAY_PASS = {Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.CONNECTION_FAILED}
_LONGEST_PAUSE_S = 3_600.0
_TROUBLE_OF_OURS = 20
"""Attempts where the fault is the machine's (a full disk): the page must not pay for it."""


@dataclass(frozen=True)
class Again:
    """What to do next: try again in `wait_s` seconds, or not at all where it is None.

    `pause_s` is how long the web site wants to be left alone. `explanation` is for people.
    """

    wait_s: float | None
    reason: str
    explanation: str
    pause_s: float = 0


def after_outcome(preserved: Preserved, attempt: int) -> Again | None:
    """Whether to try once more although a bag was sealed; None to keep what there is.

    The last attempt's bag is kept whatever came: a failure is evidence too.
    """
    outcome, status = preserved.captured.outcome, document_status(preserved)
    passing = outcome in _MAY_PASS or (
        outcome is Outcome.HTTP_ERROR and status is not None and (status == 429 or status >= 500)
    )
    if not passing or attempt >= settings.ATTEMPTS:
        return None
    pause = _retry_after(document_field(preserved, "retry-after"))
    wait = max(_backoff(attempt), pause)
    what = f"status {status}" if outcome is Outcome.HTTP_ERROR else outcome.value.replace("_", " ")
    return Again(wait, outcome.value, f"The page answered with {what}; it is tried again.", pause)


def after_failure(error: Exception, attempt: int) -> Again:
    """Whether to try once more where nothing could be sealed."""
    if isinstance(error, VerificationFailed):
        return Again(None, "verification failed", str(error))
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        words = "The disk of the machine that captures is full. The operator has been told."
        return _while(attempt, _TROUBLE_OF_OURS, "disk full", words)
    if isinstance(error, EvidenceError):
        return _while(attempt, _TROUBLE_OF_OURS, "store refused", str(error))
    reason = "browser failed" if isinstance(error, BrowserFailed) else "capture failed"
    return _while(attempt, settings.ATTEMPTS, reason, str(error))


def _while(attempt: int, most: int, reason: str, words: str) -> Again:
    return Again(_backoff(attempt) if attempt < most else None, reason, words)


def _backoff(attempt: int) -> float:
    """Seconds: four times as long after each attempt, an hour at most."""
    wait: float = settings.RETRY_FIRST_S * 4 ** min(attempt - 1, 10)
    return min(wait, _LONGEST_PAUSE_S)


def _retry_after(value: str | None) -> float:
    """Seconds that a Retry-After field asks for (RFC 9110 §10.2.3), an hour at most; 0 without."""
    if value is None:
        return 0
    if value.strip().isdecimal() and value.isascii():
        return min(float(value), _LONGEST_PAUSE_S)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0), _LONGEST_PAUSE_S)
