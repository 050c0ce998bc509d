"""The folder of one attempt: from the first scratch file until the store has the bag.

``HOLDFAST_DATA/outbox/ID.ATTEMPT/``::

    lock            held while somebody works on the attempt
    .holdfast-…     the pipeline's workspace, while it works
    BAG/            the sealed and verified bag, until it is packed
    bag.zip         the packed bag, and
    secured.json    what the database has to know of it; written last: now the bag is safe

A killed process leaves its folder without a lock. Then whoever comes by goes on with it where
there is a `secured.json`, and removes it where there is none. What somebody must look at is set
aside: in ``unclaimed`` (no capture asks for it), ``useless`` (the store cannot take it) and
``unverified``.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings

from service.captures.states import Lease, Secured
from workers.workspace import flush_directory

_LOCK = "lock"
PACKED = "bag.zip"
_SECURED = "secured.json"

log = structlog.get_logger()


@dataclass(frozen=True)
class AttemptFolder:
    """The folder at `path`, locked by us."""

    path: Path

    @property
    def capture(self) -> str:
        """Of which capture it is, as its ID is written."""
        return self.path.name.partition(".")[0]

    @property
    def attempt(self) -> int:
        """Of which of its attempts."""
        return int(self.path.name.partition(".")[2])

    @property
    def packed(self) -> Path:
        """The packed bag."""
        return self.path / PACKED

    @property
    def is_secured(self) -> bool:
        """Whether it holds a packed bag and all that must be known of it."""
        return (self.path / _SECURED).exists()

    def secured(self) -> tuple[Lease, Secured]:
        """Whose it is and what it holds. Raises `OSError`."""
        told = json.loads((self.path / _SECURED).read_text("utf-8"))
        lease = told["lease"]
        return (
            Lease(uuid.UUID(lease["capture"]), lease["fence"], lease["worker"]),
            Secured(**told["secured"]),
        )

    def secure(self, lease: Lease, secured: Secured) -> None:
        """From now on the packed bag is safe. Raises `OSError`."""
        told = {
            "lease": {**asdict(lease), "capture": str(lease.capture)},
            "secured": vars(secured),
        }
        fresh = self.path / f"{_SECURED}.part"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.path / _SECURED)
        flush_directory(self.path)
        flush_directory(self.path.parent)

    def remove(self) -> None:
        """Remove it. What says that it is worth something goes first. Raises `OSError`."""
        (self.path / _SECURED).unlink(missing_ok=True)
        shutil.rmtree(self.path)

    def set_aside(self, why: str) -> None:
        """Keep it where nobody takes it for something to be stored. Raises `OSError`."""
        place = outbox() / why
        place.mkdir(mode=0o700, exist_ok=True)
        self.path.rename(place / self.path.name)
        log.error("bag set aside", why=why, folder=str(place / self.path.name))


@contextmanager
def attempt_folder(lease: Lease) -> Iterator[AttemptFolder]:
    """The folder of a new attempt. At the end it goes, unless it holds something of worth.

    Raises `OSError`.
    """
    path = outbox() / f"{lease.capture}.{lease.fence}"
    while (lock := _make_and_lock(path)) is None:
        time.sleep(0.01)  # somebody who tidies up was between the two
    folder = AttemptFolder(path)
    try:
        yield folder
    finally:
        if path.exists() and not folder.is_secured:
            clear(folder)
        os.close(lock)


def left_behind() -> Iterator[AttemptFolder]:
    """The folders that nobody works on, each locked by us in its turn."""
    for path in sorted(outbox().glob("*.*")):
        if (lock := _lock(path)) is None:
            continue
        try:
            yield AttemptFolder(path)
        finally:
            os.close(lock)


def clear(folder: AttemptFolder) -> None:
    """Remove a folder; a bag that did not verify is set aside for the operator to look at."""
    if any(folder.path.glob("UNVERIFIED-*")):
        folder.set_aside("unverified")
    else:
        folder.remove()


def outbox() -> Path:
    """Where the folders are."""
    place: Path = settings.DATA / "outbox"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _make_and_lock(path: Path) -> int | None:
    path.mkdir(mode=0o700, exist_ok=True)
    return _lock(path)


def _lock(path: Path) -> int | None:
    """None where somebody else works on it, or has just removed it."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    if os.fstat(lock).st_nlink == 0:
        os.close(lock)
        return None
    return lock
