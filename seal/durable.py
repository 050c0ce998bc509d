"""What survives a power cut: flushing files, and exchanging two directories in one step."""

import ctypes
import errno
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_FLUSH_THREADS = 8
"""Flushes at once: a journalling file system commits those that wait together as one."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def flush(path: Path) -> None:
    """Bring one file's bytes, or one directory's names, to the disk (fsync)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_all(paths: Iterable[Path]) -> None:
    """Flush several files or directories at once; raises the first `OSError`."""
    with ThreadPoolExecutor(_FLUSH_THREADS) as threads:
        for _ in threads.map(flush, paths):
            pass


def flush_tree(root: Path) -> None:
    """Flush everything below `root` and `root` itself, names after the files that they name.

    A rename of `root` afterwards is durable once the caller has flushed the parent directory.
    """
    files: list[Path] = []
    directories: list[Path] = []
    for folder, _, names in os.walk(root):
        directories.append(Path(folder))
        files.extend(Path(folder, name) for name in names)
    flush_all(files)
    flush_all(directories)


def write_new(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file that must not exist yet; `mode` is cut by the umask. Not flushed.

    Raises `FileExistsError` rather than touching what is there, also for a dangling link.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(content)


def exchange(one: Path, other: Path) -> None:
    """Swap two directories of one file system atomically: nobody sees either missing.

    Linux's `renameat2` with `RENAME_EXCHANGE` (renameat2(2)), which the standard library lacks.
    Raises `OSError`; with `ENOSYS`, `EINVAL` or `EOPNOTSUPP` where the C library, the kernel or
    the file system (NFS, for one) cannot.
    """
    library = ctypes.CDLL(None, use_errno=True)
    rename = getattr(library, "renameat2", None)
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    paths = os.fsencode(one), os.fsencode(other)
    if rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], ctypes.c_uint(_RENAME_EXCHANGE)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(other))
