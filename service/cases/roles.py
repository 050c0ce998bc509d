"""What each role in a case may do."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """A person's part in one case."""

    OWNER = "owner"
    CASEWORKER = "caseworker"
    VIEWER = "viewer"


class Act(enum.StrEnum):
    """What can be done in a case."""

    READ = "read"
    SUBMIT = "submit"
    SHARE = "share"
    ERASE = "erase"
    MANAGE = "manage"


ALLOWED: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.CASEWORKER: frozenset({Act.READ, Act.SUBMIT, Act.SHARE}),
    Role.VIEWER: frozenset({Act.READ}),
}
"""The victim, as owner, alone decides on erasure and on who is let in."""

IN_WORDS: dict[Role, str] = {
    Role.OWNER: "everything, erasing and letting others in included",
    Role.CASEWORKER: "submits addresses, reads, downloads, shares",
    Role.VIEWER: "reads and downloads",
}
