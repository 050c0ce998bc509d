"""Reading a stored object again, slowly, to see whether it is still what it was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.evidence.errors import Altered, NotStored, StoreRefused, StoreUnavailable
from service.evidence.store.interface import Store
from service.evidence.store.keys import check_digest

WINDOW_BYTES = 4 << 20
"""Read by one request. A store would cut a connection that reads one object for hours."""


class Result(StrEnum):
    """What a check found: a closed set."""

    INTACT = "intact"
    ALTERED = "altered"
    MISSING = "missing"
    UNREADABLE = "unreadable"  # nothing is known: the store failed


@dataclass(frozen=True)
class Fixity:
    """One check of one object: what was found, how many bytes were read, and why, in words.

    `found` is the SHA-256 of what was read, where all of it was.
    """

    key: str
    result: Result
    octets: int
    found: str | None
    why: str


class Clock(Protocol):
    """Measures and waits, in seconds; the module `time` is one."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


def check_object(
    store: Store, key: str, sha256: str, bytes_per_second: float, clock: Clock = time
) -> Fixity:
    """Read the whole object, at most `bytes_per_second` on the average, and compare its digest.

    What the store says of itself (checksums, ETags) is not believed. Raises nothing for what a
    store can do wrong, but `BadKey` and `ValueError` for arguments that are none. Not guaranteed:
    that bytes which the store's machine has in memory are still on its disk.
    """
    if not bytes_per_second > 0:
        raise ValueError("bytes_per_second must be more than 0")
    check_digest(sha256)
    running = hashlib.sha256()
    octets = 0
    try:
        for piece in _slowly(_windows(store, key), bytes_per_second, clock):
            running.update(piece)
            octets += len(piece)
    except NotStored as error:
        return Fixity(key, Result.MISSING, octets, None, str(error))
    except Altered as error:
        return Fixity(key, Result.ALTERED, octets, None, str(error))
    except (StoreUnavailable, StoreRefused) as error:
        return Fixity(key, Result.UNREADABLE, octets, None, str(error))
    found = running.hexdigest()
    if found != sha256:
        return Fixity(key, Result.ALTERED, octets, found, f"Its SHA-256 is {found}, not {sha256}.")
    return Fixity(key, Result.INTACT, octets, found, "Every byte is as it was.")


def _windows(store: Store, key: str) -> Iterator[bytes]:
    size = store.size(key)
    for start in range(0, size, WINDOW_BYTES):
        yield from store.read(key, start, min(start + WINDOW_BYTES, size))


def _slowly(pieces: Iterator[bytes], bytes_per_second: float, clock: Clock) -> Iterator[bytes]:
    """The pieces, each only when the time for those before it is over."""
    started = clock.monotonic()
    octets = 0
    for piece in pieces:
        yield piece
        octets += len(piece)
        if (ahead := started + octets / bytes_per_second - clock.monotonic()) > 0:
            clock.sleep(ahead)
