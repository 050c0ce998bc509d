"""Events of an account's or a case's log, in words."""

from __future__ import annotations

from typing import Any

from django import template

from service.custody.kinds import PeopleKind

register = template.Library()

WORDS: dict[str, str] = {
    PeopleKind.OPEN_CASE: "opened the case",
    PeopleKind.INVITE: "asked somebody in as {role}",
    PeopleKind.WITHDRAW: "took an invitation back, or it ended",
    PeopleKind.DECLINE: "declined an invitation",
    PeopleKind.JOIN: "came in as {role}",
    PeopleKind.ROLE: "gave a member the role {role}",
    PeopleKind.REMOVE: "put a member out",
    PeopleKind.LEAVE: "left the case",
    PeopleKind.CREATE_ACCOUNT: "made the account",
    PeopleKind.PASSWORD: "a password was set",
    PeopleKind.PASSWORD_LINK: "made a link for setting a password",
    PeopleKind.FACTOR_RESET: "took the second step of signing in away",
    PeopleKind.SESSIONS_ENDED: "ended all sessions",
    PeopleKind.DISABLE: "switched the account off",
    PeopleKind.ENABLE: "switched the account on",
    PeopleKind.ADMINISTRATOR: "gave the account the rights of an administrator",
    PeopleKind.NO_ADMINISTRATOR: "took the rights of an administrator away",
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
