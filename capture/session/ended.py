"""Whether the session seems to have ended: then a job must pause, and not seal 300 login walls.

A guess, told with its reason: a login wall (`capture.outcome`), an address in the window that is a
login page's although the one asked for is not, or a cookie of the session, by its name one that
keeps somebody logged in, that the browser no longer has at the end: taken back, or expired.
"""

from __future__ import annotations

import re

from capture.outcome import LOGIN_PATHS, Outcome
from capture.session.session import Session

Jar = frozenset[tuple[str, str]]
"""Name and domain (without leading dot) of each cookie that the browser has."""
_KEEPS_LOGGED_IN = re.compile(
    r"sess|sid\b|sid$|auth|token|login|logged|user|uid|account|jwt|remember|identity|^xs$",
    re.IGNORECASE,
)


def why_ended(
    session: Session, outcome: Outcome, asked_url: str, final_url: str, jar: Jar | None
) -> str | None:
    """Why the session seems to have ended; None if nothing says so. No value is told.

    `jar` is None where it could not be asked for.
    """
    if outcome is Outcome.LOGIN_WALL:
        return "the site asks to log in"
    if LOGIN_PATHS.search(final_url) and not LOGIN_PATHS.search(asked_url):
        return "the site led to a login page"
    if jar is None:
        return None
    gone = sorted(
        cookie.name
        for cookie in session.cookies
        if (cookie.name, cookie.domain) not in jar and _KEEPS_LOGGED_IN.search(cookie.name)
    )
    if gone:
        return f"the browser has no longer the session's cookie {gone[0]}: taken back or expired"
    return None
