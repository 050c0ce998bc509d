"""The URL that somebody typed, read once and strictly.

This is for the person: a clear word before anything starts. It is *not* the guard; which addresses
may be reached is decided by `capture.egress` at the moment of connecting, whatever the URL says.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from capture.errors import InvalidTarget

MAX_LENGTH = 8_192
"""The longest URL taken, in characters."""

_OTHER_SCHEMES = {
    "file": "is a file on a computer, not a page on the web",
    "data": "holds its content itself, so there is nothing on the web to preserve",
    "javascript": "is a piece of program, not a page",
    "view-source": "shows a page's source; give the address of the page itself",
    "chrome": "is a page of the browser, not of the web",
    "about": "is a page of the browser, not of the web",
    "ftp": "is a file server's address, which browsers no longer open",
    "blob": "lives in one open browser window only; give the address of the page that shows it",
    "mailto": "is an e-mail address",
    "ws": "is not a page; give the address of the page that uses it",
    "wss": "is not a page; give the address of the page that uses it",
}


@dataclass(frozen=True)
class Target:
    """A URL that may be captured.

    `url` is what was typed, without white space around it; `scheme` is ``http`` or ``https``;
    `host` is in lower case, without brackets; `port` is the one that will be connected to.
    """

    url: str
    scheme: str
    host: str
    port: int


def parse_target(typed: str) -> Target:
    """Read `typed`, or raise `InvalidTarget` with words that a frightened person understands."""
    url = typed.strip()
    _refuse_unreadable(url)
    scheme = _scheme(url)
    return _split(url, scheme)


def _refuse_unreadable(url: str) -> None:
    if not url:
        raise InvalidTarget("The address is empty. Copy it from the browser's address bar.")
    if len(url) > MAX_LENGTH:
        raise InvalidTarget(
            f"The address has {len(url)} characters; at most {MAX_LENGTH} are taken. "
            "Try it without the part after '?'."
        )
    if any(_is_hidden(character) for character in url):
        raise InvalidTarget(
            "The address has spaces, line breaks or invisible characters in it. "
            "Copy it again from the browser's address bar, one address at a time."
        )
    if "\\" in url:
        raise InvalidTarget("The address has a backslash (\\) in it. Web addresses use / only.")


def _is_hidden(character: str) -> bool:
    """Control, format (bidirectional overrides), surrogate, private and separator characters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"}


def _scheme(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if colon and scheme in {"http", "https"}:
        if not rest.startswith("//"):
            raise InvalidTarget(f"After '{scheme}:' two slashes are missing: {scheme}://…")
        return scheme
    if colon and scheme in _OTHER_SCHEMES:
        raise InvalidTarget(
            f"An address that starts with '{scheme}:' {_OTHER_SCHEMES[scheme]}. "
            "Only http:// and https:// addresses can be preserved."
        )
    if "://" in url:
        raise InvalidTarget(
            f"Addresses that start with '{scheme}:' cannot be preserved, only http:// and https://."
        )
    raise InvalidTarget(f"The address must start with https:// or http://. Try https://{url}")


def _split(url: str, scheme: str) -> Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidTarget(f"The address cannot be read ({error}). Copy it again.") from error
    if "@" in parts.netloc:
        raise InvalidTarget(
            "The address holds a user name or password (the part before @). Evidence is shown to "
            "others: take that part out."
        )
    if not host or host.strip(".") == "":
        raise InvalidTarget("The address names no web site. Copy it again.")
    if "%" in host:
        raise InvalidTarget("The name of the web site holds a '%'. Copy the address again.")
    if port == 0:
        raise InvalidTarget("Port 0 does not exist. Take ':0' out of the address.")
    return Target(url, scheme, host, port or (443 if scheme == "https" else 80))
