"""Sealed bags that are not in the store: waiting, unclaimed, or not verified."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from service.operations import vitals
from service.operations.doctor.finding import Finding, note, well, wrong

_LATE_S = 600.0


def look() -> Iterator[Finding]:
    """Findings on the outbox of this machine, and on what others said of theirs."""
    root: Path = settings.DATA / "outbox"
    aside: Path = settings.DATA / "set-aside"
    found = [*_waiting(root), *_unclaimed(aside), *_unverified(aside), *_elsewhere()]
    yield from found or [well("outbox", "empty")]


def _waiting(root: Path) -> Iterator[Finding]:
    waiting = root.glob("*/secured.json")
    late = [each for each in waiting if time.time() - each.stat().st_mtime > _LATE_S]
    if late:
        yield wrong(
            "outbox",
            f"{len(late)} sealed bags have waited for the store for more than "
            f"{_LATE_S / 60:.0f} minutes",
            "See what is said of the store; keep this machine's data folder until they are gone.",
        )


def _unclaimed(aside: Path) -> Iterator[Finding]:
    bags = [*aside.glob("unclaimed/*"), *aside.glob("useless/*")]
    if bags:
        yield note(
            "outbox",
            f"{len(bags)} sealed bags in {aside} belong to no capture any more",
            "Each is sealed evidence of an attempt that was given up. Look, then delete.",
        )


def _unverified(aside: Path) -> Iterator[Finding]:
    bags = sorted(aside.glob("unverified/*/UNVERIFIED-*"))
    if bags:
        yield wrong(
            "outbox",
            f"{len(bags)} bags did not verify, the first is {bags[0]}",
            f"Run: holdfast verify {bags[0]}",
        )


def _elsewhere() -> Iterator[Finding]:
    for process in vitals.alive():
        if process.unclaimed:
            yield note(
                "outbox",
                f"{process.name} has {process.unclaimed} bags that were set aside",
                "Look into set-aside of its data folder.",
            )
