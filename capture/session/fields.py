"""The checks that both forms of a session file share. No message ever holds a value."""

from __future__ import annotations

import re
from ipaddress import ip_address

from capture.errors import SessionUnusable
from capture.session.session import Cookie

LARGEST_FILE = 4 << 20
"""Bytes of a session file."""
MOST_COOKIES = 2_000
_LONGEST_COOKIE = 4_096  # name and value together: what browsers take (RFC 6265bis §5.6)
_LONGEST_PATH = 1_024
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # a token (RFC 9110 §5.6.2)
_VALUE = re.compile(r"[ !\"#-:<-~\x80-\U0010ffff]*")  # all but controls and ';'
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LAST_SECOND = 253_402_300_799  # of the year 9999


def checked_cookie(where: str, cookie: Cookie) -> Cookie:
    """`cookie`, whose every field is of a form that a browser takes; else `SessionUnusable`."""
    if not _NAME.fullmatch(cookie.name):
        raise SessionUnusable(f"{where}: the cookie's name is not one (RFC 6265 §4.1.1).")
    if not _VALUE.fullmatch(cookie.value) or not is_text(cookie.value):
        raise SessionUnusable(f"{where}: the cookie's value has characters that no cookie has.")
    if len(cookie.name) + len(cookie.value) > _LONGEST_COOKIE:
        raise SessionUnusable(f"{where}: the cookie is longer than {_LONGEST_COOKIE} characters.")
    path = cookie.path
    if not path.startswith("/") or len(path) > _LONGEST_PATH or not path.isprintable():
        raise SessionUnusable(f"{where}: the cookie's path does not begin with '/', or is no path.")
    if cookie.expires is not None and not 0 <= cookie.expires <= _LAST_SECOND:
        raise SessionUnusable(f"{where}: the time when the cookie expires is none.")
    return cookie


def checked_domain(where: str, text: str) -> str:
    """A host name in lower case without leading dot; a whole top-level domain is refused."""
    name = text.removeprefix(".").lower()
    if is_address(name) or name == "localhost":
        return name
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(each) for each in labels):
        raise SessionUnusable(f"{where}: the cookie's domain is no host name.")
    return name


def is_address(host: str) -> bool:
    """Whether `host` is an IP address; IPv6 in brackets or without."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_text(text: str) -> bool:
    """Whether UTF-8 can write `text`: JSON can hold half a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
