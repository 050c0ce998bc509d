"""Files on their way into a local store: out of sight, flushed, and read back before they count."""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from service.evidence.errors import StoreUnavailable
from service.evidence.store.streams import copy, digest, pieces, wrong_source

FOLDER = ".incoming"

_ABANDONED_SECONDS = 60
"""Older files here that nobody has locked belong to a process that was killed."""


@contextmanager
def incoming(root: Path) -> Iterator[tuple[Path, io.FileIO]]:
    """A new locked file in the store's file system, removed at the end. Raises `OSError`.

    Removes what killed processes left as well, so that they cannot fill the disk.
    """
    folder = root / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    _remove_abandoned(folder)
    path = folder / secrets.token_hex(16)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with io.FileIO(os.open(path, flags, 0o400), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def fill(file: io.FileIO, source: Iterable[bytes], key: str, sha256: str) -> None:
    """Copy `source` into `file` and make sure that the disk holds it.

    Raises `Altered` where the source is not what the digest says, `StoreUnavailable` where the disk
    gives back something else than it was given, and `OSError`.
    """
    found = copy(source, file)
    if found != sha256:
        raise wrong_source(key, sha256, found)
    os.fsync(file.fileno())
    if disk_digest(file) != sha256:
        raise StoreUnavailable(
            "The disk gave back other bytes than it was given. Nothing was stored: "
            "test the disk and the memory of this machine."
        )


def disk_digest(file: BinaryIO) -> str:
    """The SHA-256 of a whole file, read from the disk and not from memory as far as Linux allows.

    POSIX_FADV_DONTNEED drops the pages that are flushed (posix_fadvise(2)); it is advice.
    """
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    file.seek(0)
    return digest(pieces(file))


def make_folders(root: Path, folder: Path) -> None:
    """Make the folders between `root` and `folder`, for their owner only. Raises `OSError`."""
    for each in reversed([folder, *folder.parents]):
        if each.is_relative_to(root) and each != root:
            each.mkdir(mode=0o700, exist_ok=True)


def flush_folders(root: Path, folder: Path) -> None:
    """Bring the names in `folder`, and in those up to `root`, to the disk. Raises `OSError`."""
    for each in [folder, *folder.parents]:
        if not each.is_relative_to(root):
            return
        descriptor = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_abandoned(folder: Path) -> None:
    with os.scandir(folder) as entries:
        old = [
            Path(entry.path)
            for entry in entries
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED_SECONDS
        ]
    for path in old:
        # Another process may have removed it already; or its own lives, and holds the lock.
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
