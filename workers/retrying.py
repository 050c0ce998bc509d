"""What may pass is tried again, later and later; what will not is not.

Two things are counted, each from the history of attempts: how often the page did not come
(``HOLDFAST_ATTEMPTS``), and how often the fault was ours. A worker that was stopped or lost counts
for neither; of lost workers the sweeper has a count of its own.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.conf import settings

from capture.errors import (
    BrowserFailed,
    BrowserNotFound,
    InvalidTarget,
    RedactionFailed,
    SessionUnusable,
)
from capture.outcome import Outcome
from service.captures.models import Result
from service.evidence.errors import StoreFull, StoreRefused, StoreUnavailable
from service.sessions.models import ENDED
from workers.errors import CaptureTookTooLong, FolderUnusable, VerificationFailed
from workers.facts import document_field, document_status
from workers.pipeline import Preserved
from workers.retryafter import LONGEST_S, retry_after_s
from workers.sessions import SessionOver

TROUBLES = 20
"""Attempts where the fault is the machine's, which somebody can mend while the page waits."""
_MAY_PASS = {Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.CONNECTION_FAILED}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Again:
    """What to do next: try again in `wait_s` seconds, or not at all where it is None.

    `result` is what the attempt was, `explanation` is for people.
    """

    wait_s: float | None
    result: Result
    reason: str
    explanation: str


def after_outcome(preserved: Preserved, earlier: int, pause_s: float) -> Again | None:
    """Whether to try once more although a bag was sealed; None to keep what there is.

    `earlier` attempts ended so before. The last attempt's bag is kept whatever came: a failure is
    evidence too.
    """
    outcome, status = preserved.captured.outcome, document_status(preserved)
    if not (outcome in _MAY_PASS or _is_passing(status)) or earlier + 1 >= settings.ATTEMPTS:
        return None
    what = f"status {status}" if outcome is Outcome.HTTP_ERROR else outcome.value.replace("_", " ")
    words = f"The page answered with {what}; it is tried again."
    return Again(max(_backoff(earlier), pause_s), Result.AGAIN, outcome.value, words)


def pause_asked_by(preserved: Preserved) -> float:
    """Seconds for which the web site wants to be left alone; 0 where it says nothing of it.

    Obeyed for an hour at most: what is to be preserved may be gone by then.
    """
    if not _is_passing(document_status(preserved)):
        return 0
    return retry_after_s(document_field(preserved, "retry-after"))


def after_failure(error: Exception, earlier: int) -> Again:
    """Whether to try once more where nothing could be sealed; `earlier` troubles were before."""
    if isinstance(error, SessionOver):
        return Again(None, Result.FAILED, ENDED, str(error))
    if isinstance(error, SessionUnusable | RedactionFailed):
        return Again(None, Result.FAILED, "session unusable", str(error))
    if isinstance(error, InvalidTarget):
        return Again(None, Result.FAILED, "not an address", str(error))
    if _is_full(error):
        words = "The disk of the machine that captures is full. Make room on it."
        return _trouble("disk full", words, earlier, TROUBLES)
    if isinstance(error, BrowserFailed | BrowserNotFound):
        return _trouble("browser failed", str(error), earlier, TROUBLES)
    if isinstance(error, OSError | FolderUnusable | StoreUnavailable | StoreRefused):
        return _trouble("machine trouble", str(error), earlier, TROUBLES)
    if isinstance(error, VerificationFailed):
        return _trouble("verification failed", str(error), earlier, settings.ATTEMPTS)
    if isinstance(error, CaptureTookTooLong):
        return _trouble("took too long", str(error), earlier, settings.ATTEMPTS)
    return _trouble("capture failed", str(error), earlier, settings.ATTEMPTS)


def unexpected(error: BaseException, earlier: int) -> Again:
    """An error of the program itself. The message of such an error may hold anything: not told."""
    words = f"Holdfast made an error ({type(error).__name__}). Its log says more."
    return _trouble("unexpected error", words, earlier, settings.ATTEMPTS)


def stopped() -> Again:
    """The worker was told to end."""
    words = "The worker was told to stop; another begins anew."
    return Again(0, Result.STOPPED, "stopped", words)


def _trouble(reason: str, words: str, earlier: int, most: int) -> Again:
    wait = _backoff(earlier) if earlier + 1 < most else None
    return Again(wait, Result.TROUBLE, reason, words)


def _is_passing(status: int | None) -> bool:
    return status is not None and (status == 429 or status >= 500)


def _is_full(error: BaseException | None) -> bool:
    """Whether a full disk is at the bottom of it."""
    while error is not None:
        if isinstance(error, StoreFull) or (isinstance(error, OSError) and error.errno in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def _backoff(earlier: int) -> float:
    """Seconds: four times as long after each attempt, an hour at most."""
    wait: float = settings.RETRY_FIRST_S * 4 ** min(earlier, 10)
    return min(wait, LONGEST_S)
