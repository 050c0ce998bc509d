"""What a reading makes of what it is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from capture.options import CaptureOptions
from capture.session.grant import Grant
from capture.session.session import Cookie, Session
from capture.session.vault import Vault
from capture.target import parse_target
from capture.timeline.sighting import Author, Own, Sighting
from workers.profiles.discovering import as_listed, hider, posted_on

X = "https://x.com/jack/status/1"
SNOWFLAKE = "https://x.com/jack/status/1050118621198921728"  # 2018-10-10, X's own example


@pytest.mark.parametrize(
    ("url", "shown", "day"),
    [
        (SNOWFLAKE, None, dt.date(2018, 10, 10)),
        (SNOWFLAKE, "2020-01-01T00:00:00Z", dt.date(2018, 10, 10)),  # the ID counts first
        (X, "2020-01-01T23:00:00Z", dt.date(2020, 1, 1)),
        ("https://example.org/post/a", " 2020-01-01 ", dt.date(2020, 1, 1)),
        ("https://example.org/post/a", "yesterday", None),
        ("https://example.org/post/a", None, None),
    ],
)
def test_the_day_of_a_post(url: str, shown: str | None, day: dt.date | None) -> None:
    assert posted_on(url, shown) == day


def test_a_secret_that_is_shown_reads_alike_each_time(tmp_path: Path) -> None:
    """Else a post would seem edited from one reading to the next, and be longer than may be."""
    secret = "c-0123456789abcdefghijklmnop"
    cookie = Cookie("session", secret, "example.org")
    options = CaptureOptions(session=Grant(Session("test", (cookie,)), Vault(tmp_path)))
    target = parse_target("https://example.org/@a")
    seen = Sighting(
        url="https://example.org/@a/1",
        key=None,
        ids={},
        names={},
        author=Author(None, secret),
        own=Own.YES,
        is_repost=False,
        is_pinned=False,
        shown_time="1 h",
        datetime=None,
        text=f"{secret} {'x' * 470}",
    )
    once, again = (as_listed(seen, hider(options, target)) for _ in range(2))
    assert once == again
    assert secret not in str(once)
    assert once["url"] == seen.url
    assert len(once["text"]) <= 500
    assert once["author"]["name"] == "[a secret of the session]"
