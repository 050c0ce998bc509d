"""What came of a capture, in one word out of a closed set.

Decided by facts of the connection where there are any; the two walls are guesses from the page's
own words, and are marked as such in the record (``outcome_basis``).
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Outcome(enum.Enum):
    """The closed set; docs/evidence-format.md §6.1 says what each means."""

    CAPTURED = "captured"
    HTTP_ERROR = "http_error"
    LOGIN_WALL = "login_wall"
    BOT_WALL = "bot_wall"
    DOWNLOAD = "download"
    NO_CONTENT = "no_content"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_FAILED = "tls_failed"
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_FAILED = "connection_failed"
    ADDRESS_REFUSED = "address_refused"
    REDIRECT_LOOP = "redirect_loop"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Evidence:
    """The facts that the outcome is decided by.

    `status` is that of the main document, None where none came; `certificate` the verdict on its
    server's chain, None in the clear; `failure` why the main connection did not come about
    (`capture.egress.spool.Failure` value); `navigation_error` Chromium's ``net::ERR_…``.
    """

    status: int | None
    certificate: str | None = None
    failure: str | None = None
    navigation_error: str | None = None
    is_download: bool = False
    timed_out: bool = False
    crashed: bool = False
    final_url: str = ""
    title: str = ""
    text: str = ""
    password_fields: int = 0


_BY_FAILURE = {
    "name not found": Outcome.NAME_NOT_FOUND,
    "address refused by policy": Outcome.ADDRESS_REFUSED,
    "connection refused": Outcome.CONNECTION_REFUSED,
    "unreachable": Outcome.CONNECTION_FAILED,
    "time-out": Outcome.TIMED_OUT,
}

_BOT_WORDS = re.compile(
    r"verify (that )?you are (a )?human|are you a robot|not a robot|checking your browser"
    r"|unusual traffic|security check|captcha|just a moment\.\.\.|access denied"
    r"|enable javascript and cookies to continue|attention required",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(
    r"\b(log ?in|sign ?in|log in or sign up|anmelden|einloggen|se connecter|connexion"
    r"|iniciar sesi[oó]n|accedi|inloggen|zaloguj)\b",
    re.IGNORECASE,
)
LOGIN_PATHS = re.compile(r"/(log-?in|sign-?in|accounts/login|auth|checkpoint)\b", re.IGNORECASE)
"""What addresses of login pages hold."""
_SHORT_PAGE = 2_500  # characters: a wall says little else


def decide(evidence: Evidence) -> tuple[Outcome, str]:
    """The outcome and the basis on which it was chosen, in a few words."""
    if evidence.crashed:
        return Outcome.CRASHED, "the page's process ended"
    if evidence.status is None or evidence.status < 200:
        return _without_document(evidence)
    if evidence.certificate not in {None, "valid"}:
        return Outcome.TLS_UNTRUSTED, f"certificate: {evidence.certificate}"
    if wall := _wall(evidence):
        return wall
    if evidence.status >= 400:
        return Outcome.HTTP_ERROR, f"status {evidence.status}"
    if evidence.is_download:
        return Outcome.DOWNLOAD, "the browser saved it as a file"
    if evidence.status in {204, 205}:
        return Outcome.NO_CONTENT, f"status {evidence.status}"
    if evidence.navigation_error == "net::ERR_TOO_MANY_REDIRECTS":
        return Outcome.REDIRECT_LOOP, evidence.navigation_error
    return Outcome.CAPTURED, f"status {evidence.status}"


def _without_document(evidence: Evidence) -> tuple[Outcome, str]:
    error = evidence.navigation_error or ""
    if evidence.failure in _BY_FAILURE:
        return _BY_FAILURE[evidence.failure], evidence.failure
    if "TOO_MANY_REDIRECTS" in error:
        return Outcome.REDIRECT_LOOP, error
    if "SSL" in error or "CERT" in error:
        return Outcome.TLS_FAILED, error
    if evidence.timed_out or "TIMED_OUT" in error:
        return Outcome.TIMED_OUT, "no answer within the time limit"
    return Outcome.CONNECTION_FAILED, error or "no answer"


def _wall(evidence: Evidence) -> tuple[Outcome, str] | None:
    words = f"{evidence.title}\n{evidence.text[:_SHORT_PAGE]}"
    short = len(evidence.text) <= _SHORT_PAGE
    if short and (found := _BOT_WORDS.search(words)):
        return Outcome.BOT_WALL, f"guessed from the words '{found[0]}'"
    asks_password = evidence.password_fields > 0
    login_path = LOGIN_PATHS.search(evidence.final_url) is not None
    if short and _LOGIN_WORDS.search(words) and (asks_password or login_path):
        return Outcome.LOGIN_WALL, "guessed: a short page that asks to log in"
    if evidence.status == 401:
        return Outcome.LOGIN_WALL, "status 401"
    return None
