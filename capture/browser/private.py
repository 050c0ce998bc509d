"""The browser's folder: TLS keys, profile, scratch files. Nothing in it outlives its process.

It holds secrets: the keys of every connection, cookies. A process that was killed cannot remove its
folder, but its lock on it is gone with it; so whoever makes the next folder in the same place
removes those that nobody has locked.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "holdfast-private-"
_LOCK = "lock"
_BEING_MADE_S = 60
"""A folder without a lock file is just being made, unless it is older."""


class PrivateFolder:
    """A new locked folder `path`, for its owner alone, in the system's place for such folders
    (``TMPDIR``)."""

    def __init__(self) -> None:
        place = Path(tempfile.gettempdir())
        remove_abandoned(place)
        self.path, self._lock = _make(place)
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    @contextmanager
    def for_children(self) -> Iterator[None]:
        """Programs started within it put their temporary files here.

        Chromium keeps a socket among them, and a socket's path may have no more than 107 bytes
        (unix(7)): this one is short wherever the folder is.
        """
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = f"/proc/{os.getpid()}/fd/{self._descriptor}"
        try:
            yield
        finally:
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)  # a browser that is ending may still write
        for descriptor in (self._descriptor, self._lock):
            with suppress(OSError):
                os.close(descriptor)


def remove_abandoned(place: Path) -> list[Path]:
    """Remove the folders in `place` whose process is gone; return them."""
    return [each for each in sorted(place.glob(f"{_PREFIX}*")) if _remove_if_abandoned(each)]


def _make(place: Path) -> tuple[Path, int]:
    """Somebody who tidies up may take a folder between its making and its locking: then another."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        with suppress(FileNotFoundError):
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.fstat(lock).st_nlink:
                return path, lock
            os.close(lock)


def _remove_if_abandoned(path: Path) -> bool:
    """In a place for everybody's folders only our own are touched, and no link is followed."""
    try:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return path.exists() and _remove_if_old(path)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _remove_if_old(path: Path) -> bool:
    if time.time() - path.lstat().st_mtime < _BEING_MADE_S:
        return False
    shutil.rmtree(path, ignore_errors=True)
    return True
