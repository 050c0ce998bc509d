"""What of a session belongs to the captured site.

A cookie belongs to it if a browser would send it to the very host of the URL (RFC 6265 §5.1.3, host
and domain alone; path and `Secure` are the browser's to judge). So a cookie for ``.example.org`` is
given where ``www.example.org`` is captured, and one for ``other.example.org`` alone is not. No list
of public suffixes is needed: a cookie's own domain says how far it reaches, and Chromium refuses
one that is for a whole public suffix. Local storage belongs to the URL's exact origin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from capture.errors import SessionUnusable
from capture.session.fields import is_address
from capture.session.session import Cookie, Session
from capture.target import Target


def of_site(session: Session, target: Target) -> Session:
    """The part of `session` for `target`. Raises `SessionUnusable` where there is none."""
    host = urlsplit(target.url).hostname or ""
    cookies = tuple(each for each in session.cookies if _belongs(each, host))
    stored = tuple(each for each in session.storage if each.origin == _origin(target.url))
    if not cookies and not stored:
        raise SessionUnusable(
            f"The session has nothing for {host}: no cookie that a browser would send there, and "
            "no local storage of its origin."
        )
    return replace(session, cookies=cookies, storage=stored)


def as_storage_state(session: Session) -> Any:
    """`session` as Playwright takes it."""
    origins: dict[str, list[dict[str, str]]] = {}
    for entry in session.storage:
        origins.setdefault(entry.origin, []).append({"name": entry.name, "value": entry.value})
    return {
        "cookies": [_as_playwright(cookie) for cookie in session.cookies],
        "origins": [{"origin": name, "localStorage": items} for name, items in origins.items()],
    }


def _belongs(cookie: Cookie, host: str) -> bool:
    if cookie.domain == host:
        return True
    is_below = host.endswith(f".{cookie.domain}") and not is_address(host)
    return is_below and not cookie.host_only


def _as_playwright(cookie: Cookie) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": cookie.name,
        "value": cookie.value,
        "domain": cookie.domain if cookie.host_only else f".{cookie.domain}",
        "path": cookie.path,
        "expires": -1 if cookie.expires is None else cookie.expires,
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
    }
    if cookie.same_site:
        entry["sameSite"] = cookie.same_site
    return entry


def _origin(url: str) -> str:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, default} else ""
    return f"{parts.scheme}://{shown}{port}"
