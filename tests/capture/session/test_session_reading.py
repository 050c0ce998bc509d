"""Session files: both forms, and whatever else somebody may hand over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.errors import SessionUnusable
from capture.session.reading import read_session, read_session_file
from capture.session.session import Session
from capture.session.site import as_storage_state, of_site
from capture.target import parse_target

SECRET = "s3cret/Value+of=it"
GOOD = {
    "name": "sid",
    "value": SECRET,
    "domain": ".example.org",
    "path": "/",
    "expires": -1,
    "httpOnly": True,
    "secure": True,
    "sameSite": "Lax",
}


def state(*cookies: dict, origins: object = ()) -> bytes:
    return json.dumps({"cookies": cookies, "origins": list(origins)}).encode()


def line(*fields: str) -> bytes:
    return "\t".join(fields).encode() + b"\n"


def test_storage_state() -> None:
    stored = {"origin": "https://example.org:443/", "localStorage": [{"name": "a", "value": "b"}]}
    session = read_session(state(GOOD, {**GOOD, "domain": "127.0.0.1"}, origins=[stored]))
    assert session.kind == "storage state"
    first, second = session.cookies
    assert (first.domain, first.host_only, first.value) == ("example.org", False, SECRET)
    assert (first.expires, first.secure, first.http_only, first.same_site) == (
        *(None, True, True, "Lax"),
    )
    assert (second.domain, second.host_only) == ("127.0.0.1", True)
    assert session.storage[0].origin == "https://example.org"
    assert session.hosts() == {"example.org": 1, "127.0.0.1": 1}


def test_cookies_txt() -> None:
    text = b"# Netscape HTTP Cookie File\r\n\r\n" + b"".join(
        (
            line(".example.org", "TRUE", "/", "TRUE", "2000000000", "sid", SECRET),
            line("#HttpOnly_www.example.org", "FALSE", "/a", "FALSE", "0", "empty", ""),
        )
    )
    session = read_session(text)
    assert session.kind == "cookies.txt"
    first, second = session.cookies
    assert (first.domain, first.host_only, first.expires) == ("example.org", False, 2_000_000_000)
    assert (second.domain, second.host_only, second.expires) == ("www.example.org", True, None)
    assert second.http_only
    assert not first.http_only
    assert second.value == ""


BAD = {
    "nothing": b"",
    "binary": b"\x00\xff\xfe" + SECRET.encode(),
    "cut JSON": state(GOOD)[:-20],
    "JSON of something else": json.dumps({"session": SECRET}).encode(),
    "a list": b"{} []",
    "deep JSON": b'{"cookies":' + b"[" * 100_000,
    "no value": state({k: v for k, v in GOOD.items() if k != "value"}),
    "a number as value": state({**GOOD, "value": 5}),
    "a value with a line end": state({**GOOD, "value": f"{SECRET}\r\nX: y"}),
    "a value with another cookie": state({**GOOD, "value": f"{SECRET}; admin=1"}),
    "half a character": state({**GOOD, "value": "s3cret/Value\ud800"}),
    "a name with space": state({**GOOD, "name": "a b"}),
    "a top-level domain": state({**GOOD, "domain": ".org"}),
    "a domain with a path": state({**GOOD, "domain": "example.org/x"}),
    "a path that is none": state({**GOOD, "path": "x"}),
    "NaN": state(GOOD).replace(b"-1", b"NaN"),
    "expires true": state({**GOOD, "expires": True}),
    "secure as text": state({**GOOD, "secure": "yes"}),
    "a long cookie": state({**GOOD, "value": SECRET * 1000}),
    "many cookies": state(*[GOOD] * 2_001),
    "too large": b"#" * (5 << 20),
    "six fields": line(".example.org", "TRUE", "/", "TRUE", "0", SECRET),
    "no flag": line(".example.org", "yes", "/", "TRUE", "0", "sid", SECRET),
    "no time": line(".example.org", "TRUE", "/", "TRUE", "-1", "sid", SECRET),
    "spaces for tabs": f".example.org TRUE / TRUE 0 sid {SECRET}".encode(),
    "storage of no origin": state(origins=[{"origin": "file:///x", "localStorage": []}]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_without_a_word_of_them(name: str) -> None:
    with pytest.raises(SessionUnusable) as refusal:
        read_session(BAD[name])
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("{" + text).encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        session = read_session(data)
    except SessionUnusable:
        return
    assert isinstance(session, Session)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), _JSON), _JSON)
def test_any_field_of_any_type_is_read_or_refused(changes: dict, origins: object) -> None:
    data = json.dumps({"cookies": [{**GOOD, **changes}], "origins": origins}).encode()
    session, words = _read_or_refused(data)
    assert SECRET not in words
    for cookie in session.cookies if session else ():
        assert not set(cookie.value) & set("\r\n;\0")


def _read_or_refused(data: bytes) -> tuple[Session | None, str]:
    try:
        session = read_session(data)
    except SessionUnusable as refusal:
        return None, str(refusal)
    return session, repr(session)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SessionUnusable, match="cannot be read"):
        read_session_file(tmp_path / "none")


SITES = {
    "https://example.org/": {"example.org"},
    "https://www.example.org/": {"example.org", "www.example.org"},
    "https://deep.www.example.org/": {"example.org"},
    "https://example.com/": set(),
    "https://notexample.org/": set(),
    "http://127.0.0.1:8080/": {"127.0.0.1"},
}


@pytest.mark.parametrize("url", SITES)
def test_only_the_sites_own_cookies_are_given(url: str) -> None:
    session = read_session(
        state(
            GOOD,
            {**GOOD, "domain": "www.example.org"},
            {**GOOD, "domain": "127.0.0.1"},
            {**GOOD, "domain": ".0.0.1"},
            {**GOOD, "domain": ".bank.test"},
            origins=[
                {"origin": "https://other.test", "localStorage": [{"name": "a", "value": "b"}]}
            ],
        )
    )
    if not SITES[url]:
        with pytest.raises(SessionUnusable, match="nothing for"):
            of_site(session, parse_target(url))
        return
    given_ = of_site(session, parse_target(url))
    assert {cookie.domain for cookie in given_.cookies} == SITES[url]
    assert not given_.storage


def test_local_storage_goes_to_its_exact_origin() -> None:
    stored = {"origin": "http://127.0.0.1:8080", "localStorage": [{"name": "a", "value": "b"}]}
    session = read_session(state(origins=[stored]))
    assert of_site(session, parse_target("http://127.0.0.1:8080/x")).storage
    for other in ("http://127.0.0.1:8081/", "https://127.0.0.1:8080/", "http://127.0.0.2:8080/"):
        with pytest.raises(SessionUnusable):
            of_site(session, parse_target(other))


def test_values_are_not_in_what_python_shows() -> None:
    session = read_session(state(GOOD, origins=[]))
    assert SECRET not in repr(session)
    assert SECRET in str(as_storage_state(session))
