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
    Kind.ROLE: "gave a member the role {role}",
    Kind.REMOVE: "put a member out",
    Kind.LEAVE: "left the case",
    Kind.CREATE_ACCOUNT: "made the account",
    Kind.PASSWORD: "a password was set",
    Kind.PASSWORD_LINK: "made a link for setting a password",
    Kind.FACTOR_RESET: "took the second step of signing in away",
    Kind.SESSIONS_ENDED: "ended all sessions",
    Kind.DISABLE: "switched the account off",
    Kind.ENABLE: "switched the account on",
    Kind.ADMINISTRATOR: "gave the account the rights of an administrator",
    Kind.NO_ADMINISTRATOR: "took the rights of an administrator away",
}


@register.filter
def told(event: dict[str, Any]) -> str:
    """What happened."""
    words: str = WORDS.get(event["kind"], event["kind"])
    return words.format(role=event["detail"].get("role", "")).capitalize()


@register.filter
def by(event: dict[str, Any]) -> str:
    """Who did it, by name where it is kept."""
    kind: str = event["actor"].partition(":")[0]
    name: str = (event["private"] or {}).get("name", "")
    if kind == "administrator":
        return f"{name} (administrator)".strip()
    return name or str(kind)
