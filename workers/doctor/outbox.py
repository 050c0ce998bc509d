"""Sealed bags that are not in the store: waiting, unclaimed, or not verified."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from service.operations import vitals
from service.operations.doctor.finding import Finding, note, well, wrong
from workers.attempt_folder import PACKED

_LATE_S = 600.0


def look() -> Iterator[Finding]:
    """Findings on the outbox of this machine, and on what others said of theirs."""
    root: Path = settings.DATA / "outbox"
    found = [*_waiting(root), *_unclaimed(root), *_unverified(root), *_elsewhere()]
    yield from found or [well("outbox", "empty")]


def _waiting(root: Path) -> Iterator[Finding]:
    bags = root.glob(f"*.*/{PACKED}")
    late = [each for each in bags if time.time() - each.stat().st_mtime > _LATE_S]
    if late:
        yield wrong(
            "outbox",
            f"{len(late)} sealed bags have waited for the store for more than "
            f"{_LATE_S / 60:.0f} minutes",
            "See what is said of the store; keep this machine's data folder until they are gone.",
        )


def _unclaimed(root: Path) -> Iterator[Finding]:
    bags = sorted(root.glob(f"unclaimed/*/{PACKED}"))
    if bags:
        yield note(
            "outbox",
            f"{len(bags)} sealed bags in {root / 'unclaimed'} belong to no capture any more",
            "Each is sealed evidence of an attempt that was given up. Look, then delete.",
        )
    useless = sorted(root.glob("useless/*"))
    if useless:
        yield wrong(
            "outbox",
            f"{len(useless)} bags in {root / 'useless'} could not be stored: they were spoiled on "
            "this machine's disk, or their place in the store is taken",
            "Their pages were captured again. Test the disk; look, then delete.",
        )


def _unverified(root: Path) -> Iterator[Finding]:
    bags = sorted(root.glob("unverified/*/UNVERIFIED-*"))
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
                f"{process.name} has {process.unclaimed} unclaimed bags",
                "Look into outbox/unclaimed of its data folder.",
            )
