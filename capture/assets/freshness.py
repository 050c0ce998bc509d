"""Which answers may be used again without asking, and for how long (RFC 9111, a private cache).

Stricter than the RFC allows: only what a page is dressed with (style, script, image, font), only
with an explicit lifetime, nothing that sets a cookie, and nothing that varies by more than its
coding. What is not certain is fetched again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from capture.wire.exchange import Exchange, Message

_S = 1_000_000_000
_LONGEST_S = 366 * 86_400
_MEDIA = re.compile(
    rb"text/css|(?:text|application)/(?:x-)?javascript|application/ecmascript|image/[!-~]+"
    rb"|font/[!-~]+|application/(?:x-)?font-[!-~]+|application/vnd\.ms-fontobject"
)
_NUMBER = re.compile(r"[0-9]{1,10}")
_ASKED_SPECIALLY = (b"range", b"authorization", b"if-none-match", b"if-modified-since")


def fresh_until_ns(exchange: Exchange) -> int | None:
    """Until when (Unix time in nanoseconds) `exchange` may be used again; None: not at all.

    `Age` is counted against it (RFC 9111 §4.2.3); the lifetime is `max-age`, or else `Expires`
    less `Date` (§4.2.1). No lifetime is guessed (§4.2.2).
    """
    response = exchange.response
    if response is None or not _is_simple(exchange, response):
        return None
    control = _directives(response)
    if {"no-store", "no-cache"} & control.keys():
        return None
    if _list_of(response, b"vary") - {"accept-encoding"}:
        return None
    lifetime_s = _lifetime_s(response, control)
    left_s = min(lifetime_s, _LONGEST_S) - _age_s(response)
    return response.first_byte_ns + left_s * _S if left_s > 0 else None


def _is_simple(exchange: Exchange, response: Message) -> bool:
    """Whether it is a whole answer to a plain question, of a kind that dresses a page."""
    media = (response.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    return (
        (exchange.method, exchange.status) == ("GET", 200)
        and exchange.url.startswith(("http://", "https://"))
        and exchange.truncated is None
        and not exchange.interim
        and not exchange.protocol.endswith("0.9")
        and all(exchange.request.header(name) is None for name in _ASKED_SPECIALLY)
        and response.header(b"set-cookie") is None
        and _MEDIA.fullmatch(media) is not None
    )


def _lifetime_s(response: Message, control: dict[str, str]) -> int:
    if "max-age" in control:
        return _seconds(control["max-age"])
    expires, date = (_time(response.header(name)) for name in (b"expires", b"date"))
    if expires is None or date is None:
        return 0
    return int((expires - date).total_seconds())


def _age_s(response: Message) -> int:
    return _seconds((response.header(b"age") or b"0").decode("latin-1").strip())


def _directives(response: Message) -> dict[str, str]:
    """Of all `Cache-Control` fields; `Pragma: no-cache` counts as one (RFC 9111 §5.4)."""
    parts = _list_of(response, b"cache-control") | _list_of(response, b"pragma")
    pairs = (part.partition("=") for part in sorted(parts))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _list_of(response: Message, name: bytes) -> set[str]:
    values = [value for key, value in response.headers if key.lower() == name]
    parts = (
        part.strip().lower() for value in values for part in value.decode("latin-1").split(",")
    )
    return {part for part in parts if part}


def _seconds(text: str) -> int:
    """A delta-seconds; what is none counts as no time at all."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _time(value: bytes | None) -> datetime | None:
    try:
        found = parsedate_to_datetime((value or b"").decode("latin-1"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
