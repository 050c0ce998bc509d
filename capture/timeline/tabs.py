"""Where an account's timeline begins, and what other timelines it has. Pure."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from capture.platforms.shape import Kind
from capture.timeline.account import Account

_ACCOUNTS = {Kind.ACCOUNT, Kind.CHANNEL}


def start_of(account: Account) -> str | None:
    """The URL at which its timeline begins; None where that is its own page."""
    start = account.home.platform.timeline.start
    return _filled(start, account) if start else None


def tabs_of(account: Account, visited: Collection[str]) -> list[str]:
    """Its further timelines, without those that were `visited`."""
    tabs = (_filled(each, account) for each in account.home.platform.timeline.tabs)
    return [each for each in tabs if each is not None and each not in visited]


def _filled(template: str, account: Account) -> str | None:
    if account.home.kind not in _ACCOUNTS:
        return None
    known = {**account.home.names, **account.home.ids}
    safe = {name: quote(text, safe="@") for name, text in known.items()}
    try:
        return template.format_map({**safe, "page": account.home.canonical_url.rstrip("/")})
    except KeyError:
        return None
