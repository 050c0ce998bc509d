"""Events of an account's or a case's log, in words."""

from __future__ import annotations

from typing import Any

from django import template

from service.custody.recording import Kind

register = template.Library()

WORDS: dict[str, str] = {
    Kind.OPEN_CASE: "opened the case",
    Kind.INVITE: "asked somebody in as {role}",
    Kind.WITHDRAW: "took an invitation back, or it ended",
    Kind.DECLINE: "declined an invitation",
    Kind.JOIN: "came in as {role}",
    Kind.ROLE: "changed a member\u2019s role to {role}",
    Kind.REMOVE: "put a member out",
    Kind.LEAVE: "left the case",
    Kind.CREATE_ACCOUNT: "made the account",
    Kind.PASSWORD: "a password was set",
    Kind.PASSWORD_LINK: "made a link for setting a password",
    Kind.FACTOR_RESET: "took the second step of signing in away",
    Kind.SESSIONS_ENDED: "ended all sessions",
    Kind.DISABLE: "switched the account off",
    Kind.ENABLE: "switched the account on",
    Kind.ADMINISTRATOR: "made the account an administrator\u2019s",
    Kind.NO_ADMINISTRATOR: "took the administrator\u2019s rights away",
}


@register.filter
def told(event: dict[str, Any]) -> str:
    """What happened."""
    words = WORDS.get(event["kind"], event["kind"])
    said: str = words.format(role=event["detail"].get("role", ""))
    return said.capitalize()


@register.filter
def by(event: dict[str, Any]) -> str:
    """Who did it, by name where it is kept."""
    kind = event["actor"].partition(":")[0]
    name: str = (event["private"] or {}).get("name", "")
    if kind == "administrator":
        return f"{name} (administrator)".strip()
    return name or str(kind)
