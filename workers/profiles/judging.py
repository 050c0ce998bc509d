"""What the capture of a post came to: the post itself, a notice that it is gone, or trouble."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from capture.outcome import Outcome
from capture.platforms.platform import Platform
from capture.platforms.timeline import COMMON_SIGNS, Sign
from workers.profiles.evidence import record_of, text_of
from workers.retryafter import retry_after_s

_SHORT_PAGE = 2_500  # characters: a notice says little else
_ENOUGH = 0.6
_MAY_PASS = {Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.CONNECTION_FAILED, Outcome.BOT_WALL}
_GONE, _WALLS = {Sign.GONE, Sign.SUSPENDED}, {Sign.LOGIN_WALL, Sign.BOT_WALL}
_SHOWN = {Outcome.CAPTURED, Outcome.DOWNLOAD}


@dataclass(frozen=True)
class Verdict:
    """`reason` is None exactly where the post was captured. `wish_s` are the seconds that the web
    site wants to be left alone (Retry-After, RFC 9110 §10.2.3), 0 where it does not say."""

    reason: str | None
    is_gone: bool = False
    may_pass: bool = False
    has_refused: bool = False
    is_wall: bool = False
    session_ended: bool = False
    wish_s: float = 0

    @property
    def is_final(self) -> bool:
        """Whether another look in this run would show nothing else."""
        return not (self.may_pass or self.is_wall or self.session_ended)


def judge(bag: Path, platform: Platform, post: str) -> Verdict:
    """What the capture in `bag` shows; `post` are the words of the post as the timeline had them.

    That a post is gone is told by the status, or guessed from the words of a page that has not the
    post's own; then the reason says so.
    """
    record = record_of(bag)
    outcome = Outcome(record["outcome"])
    login = record.get("login")
    if isinstance(login, dict) and login["ended"]:
        return Verdict(f"the session has ended: {login['ended']}", session_ended=True)
    document = record["document"] or {}
    status = document.get("status")
    if outcome is Outcome.HTTP_ERROR and status in {404, 410}:
        return Verdict(f"gone: status {status}", is_gone=True)
    if outcome in _SHOWN:
        return _by_words(text_of(bag), record["page"]["title"], platform, post)
    has_refused = status == 429 or (status == 503 and outcome is Outcome.HTTP_ERROR)
    passing = status is not None and (status in {408, 425, 429} or status >= 500)
    return Verdict(
        f"{outcome.value.replace('_', ' ')}: {record['outcome_basis']}",
        may_pass=outcome in _MAY_PASS or passing,
        has_refused=has_refused or outcome is Outcome.BOT_WALL,
        is_wall=outcome is Outcome.LOGIN_WALL,
        wish_s=_retry_after(document.get("headers", [])) if has_refused else 0,
    )


def _by_words(text: str, title: str, platform: Platform, post: str) -> Verdict:
    if len(text) <= _SHORT_PAGE and not _shows(text, post):
        for sign, pattern in (*platform.timeline.signs, *COMMON_SIGNS):
            found = pattern.search(f"{title}\n{text}")
            if found and (sign not in _WALLS or post.strip()):
                return _guessed(sign, found[0])
    return Verdict(None)


def _guessed(sign: Sign, words: str) -> Verdict:
    """Only what is gone is called gone: a wall, or another name, hides a post that may be there."""
    what = "gone" if sign in _GONE else sign.value.replace("_", " ")
    return Verdict(
        f"{what}, guessed from the words '{words}'",
        is_gone=sign in _GONE,
        may_pass=sign is Sign.BOT_WALL,
        has_refused=sign is Sign.BOT_WALL,
        is_wall=sign is Sign.LOGIN_WALL,
    )


def _shows(text: str, post: str) -> bool:
    """Whether the page has most of the words of the post: a threat may say 'account deleted'."""
    words, there = set(post.casefold().split()), set(text.casefold().split())
    return bool(words) and len(words & there) >= _ENOUGH * len(words)


def _retry_after(headers: list[list[str]]) -> float:
    said = (value for name, value in headers if name.lower() == "retry-after")
    return retry_after_s(next(said, None))
