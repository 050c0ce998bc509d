"""Object lock: for how long a store must let nobody delete what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

Mode = Literal["GOVERNANCE", "COMPLIANCE"]


class LockHeaders(TypedDict, total=False):
    """What asks an S3-compatible store for a lock; empty for none."""

    ObjectLockMode: Mode
    ObjectLockRetainUntilDate: datetime


@dataclass(frozen=True)
class Lock:
    """Kept for `days` from the moment of storing.

    GOVERNANCE can be lifted by whoever has a special right in the store; COMPLIANCE by nobody, not
    even for an erasure that the law demands, until the days are over ("Locking objects with Object
    Lock", Amazon S3 user guide).
    """

    mode: Mode
    days: int

    def headers(self) -> LockHeaders:
        """What asks for this lock, from now on."""
        until = datetime.now(UTC) + timedelta(days=self.days)
        return {"ObjectLockMode": self.mode, "ObjectLockRetainUntilDate": until}

    def is_held(self, mode: str | None, until: datetime | None) -> bool:
        """Whether an object that was stored just now has this lock: there are stores that do as
        they are asked, and forget the lock. A day less is taken for a difference of clocks.
        """
        soonest = datetime.now(UTC) + timedelta(days=self.days - 1)
        return mode == self.mode and until is not None and until >= soonest
