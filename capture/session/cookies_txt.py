"""Netscape's cookies.txt: a line a cookie, seven fields between tabs.

``domain  include-subdomains  path  secure  expires  name  value``. Source: curl's documentation
(docs/HTTP-COOKIES), the nearest thing to a specification: a line ``#HttpOnly_DOMAIN…`` is a cookie
that scripts cannot see, other lines that begin with ``#`` are comments, and 0 means that the cookie
ends with the browser.
"""

from __future__ import annotations

from capture.errors import SessionUnusable
from capture.session.fields import MOST_COOKIES, checked_cookie, checked_domain, is_address
from capture.session.session import Cookie, Session

KIND = "cookies.txt"
_HTTP_ONLY = "#HttpOnly_"
_FLAGS = {"TRUE": True, "FALSE": False}


def read_cookies_txt(data: bytes) -> Session:
    """The session that `data` holds. Raises `SessionUnusable`, whose message has no value."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SessionUnusable("The session file is not UTF-8.") from None
    cookies = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip() or (line.startswith("#") and not line.startswith(_HTTP_ONLY)):
            continue
        cookies.append(_cookie(f"line {number}", line))
        if len(cookies) > MOST_COOKIES:
            raise SessionUnusable(f"The session file has more than {MOST_COOKIES} cookies.")
    if not cookies:
        raise SessionUnusable(
            "The session file is neither a storage state of Playwright (JSON) nor a cookies.txt of "
            "Netscape's form: there is no cookie in it."
        )
    return Session(KIND, tuple(cookies))


def _cookie(where: str, line: str) -> Cookie:
    http_only = line.startswith(_HTTP_ONLY)
    fields = line.removeprefix(_HTTP_ONLY).split("\t")
    if len(fields) != 7:
        raise SessionUnusable(f"{where}: {len(fields)} fields between tabs instead of 7.")
    domain, below, path, secure, expires, name, value = fields
    if below not in _FLAGS or secure not in _FLAGS:
        raise SessionUnusable(f"{where}: the second and fourth field must be TRUE or FALSE.")
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
        raise SessionUnusable(f"{where}: the fifth field must be a time in seconds, or 0.")
    host = checked_domain(where, domain)
    return checked_cookie(
        where,
        Cookie(
            name=name,
            value=value,
            domain=host,
            path=path,
            host_only=not _FLAGS[below] or is_address(host),
            expires=int(expires) or None,
            secure=_FLAGS[secure],
            http_only=http_only,
        ),
    )
