"""What must never be in a log is taken out of every line, wherever it came from."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

_SHORTEST = 6
_PATTERNS = re.compile(
    r"""
      (?P<token>holdfast_)[\w-]{20,}                       # an API token
    | (?P<scheme>\b(?:Bearer|Basic)\s)\S+                  # an Authorization header
    | (?P<login>\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]+(?=@)   # a password in an address
    | (?P<page>\bhttps?://)[^\s"'<>]+                      # the address of a page
    | (?P<share>/s/)[\w-]{43}                              # a share link
    | (?P<reset>/password/reset/key/)[\w-]+               # a link for setting a password
    | (?P<detail>\bDETAIL:\s)[^\n]*                        # the values of a row, by PostgreSQL
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?!(?:worker|express|beat)@)[\w.+-]+@[\w-]+\.[\w.-]*\w")


def masked(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: every text of a line without secrets, addresses of pages, e-mail."""
    for key, value in event.items():
        event[key] = _any(value)
    return event


def without_secrets(text: str) -> str:
    """`text` without what must not be logged."""
    for secret in _own_secrets():
        text = text.replace(secret, "…")
    return _PERSON.sub("…@…", _PATTERNS.sub(_kept, text))


def _any(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {name: _any(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_any(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return without_secrets(str(value))


def _kept(match: re.Match[str]) -> str:
    kept = next(group for group in match.groups() if group is not None)
    return f"{kept}…"


@cache
def _own_secrets() -> tuple[str, ...]:
    """The secrets that this process knows, in the forms in which they may be written."""
    known = {
        settings.SECRET_KEY,
        settings.DATABASES["default"].get("PASSWORD", ""),
        urlsplit(settings.BROKER_URL).password or "",
        settings.METRICS_TOKEN or "",
        settings.EMAIL_HOST_PASSWORD,
        *settings.EVIDENCE_STORE_SECRETS.values(),
    }
    forms = {form for each in known for form in (each, quote(each, safe=""), unquote(each))}
    return tuple(sorted((each for each in forms if len(each) >= _SHORTEST), key=len, reverse=True))
