"""Playwright's storage state: a JSON file with ``cookies`` and ``origins``.

Source: Playwright, class BrowserContext, method storageState. What other fields say (``indexedDB``,
partitioned cookies) is left out: it is not given to the browser.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from capture.errors import SessionUnusable
from capture.session.fields import MOST_COOKIES, checked_cookie, checked_domain, is_address, is_text
from capture.session.session import Cookie, Session, Stored

KIND = "storage state"
_SAME_SITE = {"Strict", "Lax", "None"}
_MOST_STORED = 5_000


def read_storage_state(data: bytes) -> Session:
    """The session that `data` holds. Raises `SessionUnusable`, whose message has no value."""
    state = _parsed(data)
    if not isinstance(state, dict) or not isinstance(state.get("cookies"), list):
        raise SessionUnusable(
            "The session file is JSON, but no storage state: it has no 'cookies'."
        )
    if len(state["cookies"]) > MOST_COOKIES:
        raise SessionUnusable(f"The session file has more than {MOST_COOKIES} cookies.")
    numbered = enumerate(state["cookies"], 1)
    cookies = tuple(
        _cookie(f"cookie {number}", entry) for number, entry in numbered if not _is_split(entry)
    )
    stored = tuple(_stored(state.get("origins", [])))
    if len(stored) > _MOST_STORED:
        raise SessionUnusable(f"The session file has more than {_MOST_STORED} entries of storage.")
    return Session(KIND, cookies, stored)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):  # its message would quote the file
        raise SessionUnusable("The session file is not well-formed JSON in UTF-8.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _is_split(entry: object) -> bool:
    """Whether a cookie is for third-party use below one other site only (CHIPS)."""
    return isinstance(entry, dict) and entry.get("partitionKey") not in {None, ""}


def _cookie(where: str, entry: object) -> Cookie:
    if not isinstance(entry, dict):
        raise SessionUnusable(f"{where}: not an object.")
    texts = {name: _text(where, entry, name) for name in ("name", "value", "domain")}
    domain = checked_domain(where, texts["domain"])
    same_site = entry.get("sameSite", "")
    if not isinstance(same_site, str):
        raise SessionUnusable(f"{where}: 'sameSite' is no text.")
    return checked_cookie(
        where,
        Cookie(
            name=texts["name"],
            value=texts["value"],
            domain=domain,
            path=_text(where, {"path": "/", **entry}, "path"),
            host_only=not texts["domain"].startswith(".") or is_address(domain),
            expires=_expires(where, entry.get("expires", -1)),
            secure=_flag(where, entry, "secure"),
            http_only=_flag(where, entry, "httpOnly"),
            same_site=same_site if same_site in _SAME_SITE else "",
        ),
    )


def _text(where: str, entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not is_text(value):
        raise SessionUnusable(f"{where}: '{name}' is missing or no text.")
    return value


def _flag(where: str, entry: dict[str, Any], name: str) -> bool:
    value = entry.get(name, False)
    if not isinstance(value, bool):
        raise SessionUnusable(f"{where}: '{name}' is neither true nor false.")
    return value


def _expires(where: str, value: object) -> float | None:
    """Seconds; -1 is Playwright's word for a cookie that ends with the browser."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SessionUnusable(f"{where}: 'expires' is no number.")
    return None if value == -1 else value


def _stored(origins: object) -> Iterator[Stored]:
    if not isinstance(origins, list):
        raise SessionUnusable("The session file's 'origins' is no list.")
    for number, entry in enumerate(origins, 1):
        where = f"origin {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("localStorage", []), list):
            raise SessionUnusable(f"{where}: no object with a list 'localStorage'.")
        origin = _origin(where, _text(where, entry, "origin"))
        for item in entry.get("localStorage", []):
            if not isinstance(item, dict):
                raise SessionUnusable(f"{where}: an entry of its storage is no object.")
            yield Stored(origin, _text(where, item, "name"), _text(where, item, "value"))


def _origin(where: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in {"http", "https"} or parts.path.strip("/") or parts.query:
        raise SessionUnusable(f"{where}: 'origin' is not scheme, host and port.")
    default = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, default} else "")
