"""A job at work: its folder, its journal, and the state that they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from capture.target import Target
from capture.timeline.account import Account
from workers.profiles.journal import Journal
from workers.profiles.options import ProfileOptions
from workers.profiles.state import State, apply, state_of


class Noted(Protocol):
    """A job as its parts see it, wherever it is written down: in a journal (`Job`), or in the
    service's database (`workers.archiving`)."""

    target: Target
    options: ProfileOptions
    state: State

    def note(self, event: str, **particulars: object) -> None:
        """Write down what happened, and take account of it."""


@dataclass
class Job:
    """`note` is the one way to change its state."""

    folder: Path
    target: Target
    options: ProfileOptions
    journal: Journal

    def __post_init__(self) -> None:
        self.state: State = state_of(self.journal.lines)

    def note(self, event: str, **particulars: object) -> None:
        """Write down what happened, and take account of it. Raises `OSError`."""
        apply(self.state, self.journal.note(event, **particulars))


def folder_name(account: Account) -> str:
    """A name for the folder of this account's job: readable, and no other account's."""
    home = account.home
    words = [home.platform.name, *account.names.values()]
    readable = "-".join("".join(c for c in word if c.isascii() and c.isalnum()) for word in words)
    digest = sha256((home.key or home.canonical_url).encode()).hexdigest()[:8]
    return f"profile-{readable.strip('-')[:60]}-{digest}"
