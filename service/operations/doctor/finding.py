"""One thing that was looked at."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import DatabaseError


class Verdict(enum.StrEnum):
    """How it is."""

    WELL = "well"
    NOTE = "note"  # works, but somebody should know
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was found, in words, and what to `do` about it."""

    subject: str
    verdict: Verdict
    says: str
    do: str = ""


def well(subject: str, says: str) -> Finding:
    """As it should be."""
    return Finding(subject, Verdict.WELL, says)


def note(subject: str, says: str, do: str) -> Finding:
    """Works, but somebody should know."""
    return Finding(subject, Verdict.NOTE, says, do)


def wrong(subject: str, says: str, do: str) -> Finding:
    """Does not work, or is not safe."""
    return Finding(subject, Verdict.WRONG, says, do)


@dataclass(frozen=True)
class Check:
    """A name to ask for it by, and what looks."""

    name: str
    look: Callable[[], Iterable[Finding]]


def examine(checks: Sequence[Check], only: Sequence[str] = ()) -> Iterator[Finding]:
    """The findings of each check, as they come. One that cannot be made is itself a finding."""
    for check in checks:
        if only and check.name not in only:
            continue
        try:
            yield from check.look()
        except DatabaseError as error:
            kind = type(error).__name__
            yield wrong(check.name, f"cannot be known: {kind}", "See what is said of the database.")
