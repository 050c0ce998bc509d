"""Which answers may be used again: RFC 9111, and stricter."""

from __future__ import annotations

import pytest

from capture.assets.freshness import fresh_until_ns
from capture.wire.exchange import Truncation
from tests.capture.assets.samples import DATE, IN_AN_HOUR, NS, Fields, S, exchange

HOUR = b"max-age=3600"
FRESH: dict[str, tuple[Fields, int]] = {
    "max-age": ({b"Cache-Control": HOUR}, 3600),
    "max-age among others": ({b"cache-control": b"public, Max-Age=60, immutable"}, 60),
    "max-age in quotes": ({b"Cache-Control": b'max-age="60"'}, 60),
    "less its age": ({b"Cache-Control": HOUR, b"Age": b"600"}, 3000),
    "Expires": ({b"Expires": IN_AN_HOUR, b"Date": DATE}, 3600),
    "max-age before Expires": (
        {b"Cache-Control": b"max-age=60", b"Expires": IN_AN_HOUR, b"Date": DATE},
        60,
    ),
    "varies by coding": ({b"Cache-Control": HOUR, b"Vary": b"Accept-Encoding"}, 3600),
    "for ever is a year": ({b"Cache-Control": b"max-age=9999999999"}, 366 * 86_400),
}
STALE: dict[str, Fields] = {
    "no lifetime": {},
    "a lifetime that would have to be guessed": {b"Last-Modified": DATE},
    "no-store": {b"Cache-Control": b"no-store, max-age=3600"},
    "no-cache": {b"Cache-Control": b"no-cache, max-age=3600"},
    "no-cache for a field": {b"Cache-Control": b'max-age=3600, no-cache="x"'},
    "Pragma": {b"Cache-Control": HOUR, b"Pragma": b"no-cache"},
    "max-age of nothing": {b"Cache-Control": b"max-age=0"},
    "max-age that is no number": {b"Cache-Control": b"max-age=-5"},
    "as old as it may be": {b"Cache-Control": HOUR, b"Age": b"3600"},
    "Expires in the past": {b"Expires": DATE, b"Date": IN_AN_HOUR},
    "Expires that is no date": {b"Expires": b"0", b"Date": DATE},
    "Expires without a date": {b"Expires": IN_AN_HOUR},
    "varies by who asks": {b"Cache-Control": HOUR, b"Vary": b"Accept-Encoding, Cookie"},
    "varies by all": {b"Cache-Control": HOUR, b"Vary": b"*"},
    "sets a cookie": {b"Cache-Control": HOUR, b"Set-Cookie": b"a=b"},
}


@pytest.mark.parametrize("name", FRESH)
def test_fresh(name: str) -> None:
    fields, seconds = FRESH[name]
    assert fresh_until_ns(exchange(fields)) == NS + seconds * S


@pytest.mark.parametrize("name", STALE)
def test_not_to_be_used_again(name: str) -> None:
    assert fresh_until_ns(exchange(STALE[name])) is None


@pytest.mark.parametrize(
    "more",
    [
        {"method": "POST"},
        {"status": 206},
        {"status": 301},
        {"status": 404},
        {"truncated": Truncation.DISCONNECT},
        {"interim": [b"HTTP/1.1 103 Early Hints\r\n\r\n"]},
        {"response": None},
        {"url": "ws://a.test/"},
        {"asked": {b"Range": b"bytes=0-1"}},
        {"asked": {b"Authorization": b"Bearer x"}},
        {"asked": {b"If-None-Match": b'"x"'}},
    ],
    ids=str,
)
def test_only_whole_answers_to_plain_questions(more: dict[str, object]) -> None:
    assert fresh_until_ns(exchange({b"Cache-Control": HOUR}, **more)) is None  # type: ignore[arg-type]


def test_documents_and_data_are_fetched_each_time() -> None:
    for kind, is_dress in {
        b"text/html": False,
        b"application/json": False,
        b"video/mp4": False,
        b"": False,
        b"IMAGE/PNG; q=1": True,
        b"text/javascript; charset=utf-8": True,
        b"font/woff2": True,
    }.items():
        made = exchange({b"Cache-Control": HOUR})
        assert made.response is not None
        made.response.headers[0] = (b"Content-Type", kind)
        assert (fresh_until_ns(made) is not None) is is_dress, kind
