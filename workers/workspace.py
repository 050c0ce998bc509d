"""Where a bag is made: beside its final place, out of sight, and gone if it never gets there.

A workspace is a hidden directory ``.holdfast-ID`` in the evidence folder, locked while its process
lives. The finished bag leaves it by one rename. A process that was killed leaves a workspace whose
lock is free: the next run removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.errors import FolderUnusable

_PREFIX = ".holdfast-"
_LOCK = "lock"


@dataclass(frozen=True)
class Workspace:
    """`bag` is the bag in the making, `work` holds scratch files, `into` is the evidence folder."""

    into: Path
    bag: Path
    work: Path

    @property
    def data(self) -> Path:
        """Where the captured material goes."""
        return self.bag / "data"

    def publish(self) -> Path:
        """Give the bag its place in the evidence folder, in one step; return that place."""
        return self._move(self.into / self.bag.name)

    def keep_unverified(self) -> Path:
        """Keep a bag that did not verify under a name that nobody takes for evidence."""
        return self._move(self.into / f"UNVERIFIED-{self.bag.name}")

    def _move(self, place: Path) -> Path:
        self.bag.rename(place)
        flush_directory(self.into)
        return place


@contextmanager
def workspace(into: Path, capture_id: str) -> Iterator[Workspace]:
    """A workspace for `capture_id`, removed at the end with whatever is left in it.

    Raises `FolderUnusable` where nothing can be written in `into`.
    """
    root = into / f"{_PREFIX}{capture_id}"
    made = Workspace(into, root / capture_id, root / "work")
    try:
        made.data.mkdir(parents=True)
        made.work.mkdir()
        lock = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusable(
            f"Nothing can be written in {into}: {error.strerror}. Name another folder (--into)."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield made
    finally:
        shutil.rmtree(root)
        os.close(lock)


def remove_abandoned(into: Path) -> list[str]:
    """Remove workspaces whose process is gone; return their names."""
    return [root.name for root in sorted(into.glob(f"{_PREFIX}*")) if _remove_if_abandoned(root)]


def _remove_if_abandoned(root: Path) -> bool:
    try:
        lock = os.open(root / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return _remove_if_old(root)
    except NotADirectoryError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(root)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _remove_if_old(root: Path) -> bool:
    """Without a lock file it is just being made, or was killed while it was: tell by its age."""
    if time.time() - root.stat().st_mtime < 60:
        return False
    shutil.rmtree(root)
    return True


def flush_directory(path: Path) -> None:
    """Bring the names in a directory to the disk. Raises `OSError`."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
