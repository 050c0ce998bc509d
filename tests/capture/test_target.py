"""What somebody typed: taken, or refused in words that help."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from capture.errors import InvalidTarget
from capture.target import MAX_LENGTH, Target, parse_target

TAKEN = {
    "https://example.org": ("https", "example.org", 443),
    "http://example.org/a?b=c#d": ("http", "example.org", 80),
    "HTTPS://Example.ORG/Path": ("https", "example.org", 443),
    "  https://example.org/x\n": ("https", "example.org", 443),
    "https://example.org:8443/": ("https", "example.org", 8_443),
    "https://example.org:/": ("https", "example.org", 443),
    "http://192.0.2.7/": ("http", "192.0.2.7", 80),
    "http://[2001:db8::7]:8080/": ("http", "2001:db8::7", 8_080),
    "https://b\u00fccher.example/\u4f60\u597d": ("https", "b\u00fccher.example", 443),
    "https://xn--bcher-kva.example/": ("https", "xn--bcher-kva.example", 443),
    "https://example.org/@name": ("https", "example.org", 443),
    "https://example.org/?mail=a@b.test": ("https", "example.org", 443),
    "https://example.org./": ("https", "example.org.", 443),
    "https://under_score.example/": ("https", "under_score.example", 443),
    "https://example.org/\U0001f642": ("https", "example.org", 443),
    "https://example.org/" + "a" * (MAX_LENGTH - 20): ("https", "example.org", 443),
}

REFUSED = {
    "": "is empty",
    "   \n\t ": "is empty",
    "example.org": "must start with https://",
    "www.example.org/post/1": "Try https://www.example.org/post/1",
    "example.org:8080/x": "must start with https://",
    "//example.org/": "must start with https://",
    "/etc/passwd": "must start with https://",
    "file:///etc/passwd": "a file on a computer",
    "FILE:///etc/passwd": "a file on a computer",
    "data:text/html,<h1>x</h1>": "holds its content itself",
    "javascript:alert(1)": "a piece of program",
    "javascript://example.org/%0aalert(1)": "a piece of program",
    "view-source:https://example.org/": "shows a page's source",
    "chrome://settings": "a page of the browser",
    "about:blank": "a page of the browser",
    "ftp://example.org/": "browsers no longer open",
    "blob:https://example.org/uuid": "lives in one open browser window",
    "mailto:a@b.test": "an e-mail address",
    "ws://example.org/": "is not a page",
    "wss://example.org/": "is not a page",
    "gopher://example.org/": "cannot be preserved",
    "chrome-extension://abc/x.html": "cannot be preserved",
    "filesystem:https://example.org/x": "cannot be preserved",
    "http:example.org": "two slashes are missing",
    "https:/example.org": "two slashes are missing",
    "https:": "two slashes are missing",
    "https://": "names no web site",
    "https:///path": "names no web site",
    "https://.": "names no web site",
    "https://...:80/": "names no web site",
    "https://:443/": "names no web site",
    "https://user@example.org/": "user name or password",
    "https://user:secret@example.org/": "user name or password",
    "https://example.org@198.51.100.1/": "user name or password",
    "https://@example.org/": "user name or password",
    "https://exam ple.org/": "spaces",
    "https://example.org/a b": "spaces",
    "https://example.org/\r\nHost: evil.test": "line breaks",
    "https://example.org/\tx": "invisible characters",
    "https://example.org/\0": "invisible characters",
    "https://example.org/\x1b[31m": "invisible characters",
    "https://example.org/\x7f": "invisible characters",
    "https://example.org/\u202egnp.exe": "invisible characters",
    "https://exam\u200bple.org/": "invisible characters",
    "https://exam\u00adple.org/": "invisible characters",
    "\ufeffhttps://example.org/": "invisible characters",
    "https://example.org/\u2028x": "invisible characters",
    "https://example.org/\u00a0x": "invisible characters",
    "https://example.org/\ud800": "invisible characters",
    "https://example.org/\ue000": "invisible characters",
    "https://example.org/ https://example.net/": "one address at a time",
    "https://example.org\\@evil.test/": "backslash",
    "https:\\\\example.org": "backslash",
    "https://example.org/a\\b": "backslash",
    "https://exam%70le.org/": "holds a '%'",
    "https://[fe80::1%25eth0]/": "holds a '%'",
    "https://example.org:0/": "Port 0",
    "https://example.org:65536/": "cannot be read",
    "https://example.org:-1/": "cannot be read",
    "https://example.org:https/": "cannot be read",
    "https://example.org:\u0664\u0664\u0663/": "cannot be read",
    "https://[::1/": "cannot be read",
    "https://::1]/": "cannot be read",
    "https://example.org\uff0fx/": "cannot be read",
    "https://example.org/" + "a" * (MAX_LENGTH - 19): "at most 8192 are taken",
    "https://example.org/?" + "a" * 100_000: "Try it without the part after '?'",
}


@pytest.mark.parametrize(("typed", "parts"), TAKEN.items())
def test_taken(typed, parts):
    target = parse_target(typed)
    assert (target.scheme, target.host, target.port) == parts
    assert target.url == typed.strip()


@pytest.mark.parametrize(("typed", "words"), REFUSED.items())
def test_refused_and_why(typed, words):
    with pytest.raises(InvalidTarget) as refused:
        parse_target(typed)
    assert words in str(refused.value)


def parsed(typed: str) -> Target | None:
    try:
        return parse_target(typed)
    except InvalidTarget:
        return None


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
@example("\ud800")
@example("http://[v1.x]/")
@example("http://[::1]x:80/")
@example("http://a]/")
@example("http://[")
@example("http://\u2100/")
@example("://")
def test_nothing_raises_anything_else(text):
    for typed in (text, f"https://{text}", f"https://a.test/{text}", f"http://a.test:{text}/"):
        target = parsed(typed)
        if target is not None:
            check(target)


def check(target: Target) -> None:
    """What is taken is what a second reader sees too."""
    again = urlsplit(target.url)
    assert target.scheme in {"http", "https"}
    assert again.scheme == target.scheme
    assert again.hostname == target.host != ""
    assert 0 < target.port < 65_536
    assert "@" not in again.netloc
    assert target.url == target.url.strip()
    assert not any(character in target.url for character in "\\\r\n\t \0")
    assert len(target.url) <= MAX_LENGTH
    target.url.encode()


@given(st.text(st.characters(exclude_categories=()), max_size=12), st.sampled_from(list(TAKEN)))
def test_something_put_in_somewhere(text, typed):
    for at in (0, 5, 8, 12, len(typed)):
        target = parsed(typed[:at] + text + typed[at:])
        if target is not None:
            check(target)
