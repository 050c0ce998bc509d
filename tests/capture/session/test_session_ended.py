"""A session that has ended is told, so that a job can pause."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.outcome import Outcome
from capture.session.ended import why_ended
from capture.session.session import Cookie, Session
from tests.capture.session.test_session_secrets import with_session
from tests.support.site import Site
from tests.support.site.pages import members

PATHS = {
    "/members/quiet": None,
    "/members/login": "asks to log in",
    "/members/ended": "asks to log in",
    "/members/cleared": "cookie sid",
}


@pytest.mark.parametrize("path", PATHS)
def test_captures(tmp_path: Path, site: Site, path: str) -> None:
    taken = with_session(tmp_path, site.url(path), members.cookies_txt())
    why = taken.captured.session_ended
    assert taken.record["login"]["ended"] == why
    assert why is None if PATHS[path] is None else PATHS[path] in (why or "")
    assert (taken.captured.outcome is Outcome.LOGIN_WALL) == (PATHS[path] == "asks to log in")


def test_an_expired_cookie_is_told(tmp_path: Path, site: Site) -> None:
    data = members.cookies_txt().replace(b"FALSE\t0\tsid", b"FALSE\t1000000000\tsid")
    taken = with_session(tmp_path, site.url("/members/cleared"), data)
    assert "cookie sid" in (taken.captured.session_ended or "")


SESSION = Session("cookies.txt", (Cookie("sid", "x", "a.test"), Cookie("theme", "y", "a.test")))
BOTH = frozenset({("sid", "a.test"), ("theme", "a.test")})
PAGE, LOGIN = "https://a.test/p", "https://a.test/login?next=/p"


def test_what_counts_as_an_end() -> None:
    def why(url=PAGE, final=PAGE, jar=BOTH, outcome=Outcome.CAPTURED):
        return why_ended(SESSION, outcome, url, final, jar)

    assert why() is None
    assert why(jar=BOTH - {("theme", "a.test")}) is None
    assert "sid" in (why(jar=BOTH - {("sid", "a.test")}) or "")
    assert why(jar=None) is None
    assert why(final=LOGIN) == "the site led to a login page"
    assert why(url=LOGIN, final=LOGIN) is None
    assert why(outcome=Outcome.LOGIN_WALL) == "the site asks to log in"
