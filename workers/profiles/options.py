"""What is asked of a profile job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from capture.errors import InvalidOption

_BOUNDS: dict[str, tuple[float, float]] = {
    "max_posts": (1, 1_000_000),
    "jobs": (1, 16),
    "delay": (0, 3_600),
}


@dataclass(frozen=True)
class ProfileOptions:
    """`since` leaves out posts that are older; `delay` are seconds between two visits to one web
    site, `jobs` how many captures run at once. Raises `InvalidOption`."""

    max_posts: int | None = None
    since: dt.date | None = None
    threads: bool = False
    jobs: int = 1
    delay: float = 2

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                flag = name.replace("_", "-")
                raise InvalidOption(f"{flag} is {value}; it must lie between {low:g} and {high:g}.")

    def as_json(self) -> dict[str, Any]:
        """What was asked for, as the inventory has it (format 10.2)."""
        since = self.since.isoformat() if self.since else None
        return {"max_posts": self.max_posts, "since": since, "threads": self.threads}


def asked_in(kept: dict[str, Any]) -> dict[str, Any]:
    """The reverse of `as_json`."""
    since = dt.date.fromisoformat(kept["since"]) if kept["since"] else None
    return {**kept, "since": since}
