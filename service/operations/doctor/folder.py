"""The data folder: whose it is, how much room it has, and what kind of disk it is on."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from service.operations.doctor.finding import Finding, note, well, wrong

_GIB = 1 << 30
_FULL = 1 * _GIB
_NEARLY_FULL = 5 * _GIB
_FEW_FILES = 10_000
_OVER_A_NETWORK = frozenset(
    {
        *("9p", "afs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "smb3"),
        *("fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)


def look() -> Iterator[Finding]:
    """Findings on the data folder."""
    data: Path = settings.DATA
    if not data.is_dir():
        yield wrong("data folder", f"{data} is not there", "Make it, or correct HOLDFAST_DATA.")
        return
    yield _rights(data)
    yield _room(data)
    yield _kind(data)


def _rights(data: Path) -> Finding:
    status = data.stat()
    mode = stat.S_IMODE(status.st_mode)
    if not _is_writable(data):
        return wrong(
            "data folder",
            f"nothing can be written in {data} by user {os.geteuid()}",
            f"Run: chown -R {os.geteuid()} {data}",
        )
    if status.st_uid not in {os.geteuid(), 0}:
        return wrong(
            "data folder",
            f"{data} belongs to user {status.st_uid}, who can change all that is in it",
            f"Run: chown -R {os.geteuid()} {data}",
        )
    if mode & 0o077:
        return wrong(
            "data folder",
            f"others on this machine can look into {data} (mode {mode:04o})",
            f"Run: chmod 700 {data}",
        )
    return well("data folder", f"{data}, mode {mode:04o}")


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()
    except OSError:
        return False
    return True


def _room(data: Path) -> Finding:
    free, files = shutil.disk_usage(data).free, os.statvfs(data).f_favail
    said = f"{free / _GIB:.1f} GiB free in {data}"
    do = "Make room: captures fail when the disk is full, and are tried again later."
    if free < _FULL:
        return wrong("disk", said, do)
    if 0 < files < _FEW_FILES:
        return wrong("disk", f"room for only {files} more files in {data}", do)
    if free < _NEARLY_FULL:
        return note("disk", said, do)
    return well("disk", said)


def _kind(data: Path) -> Finding:
    kind = file_system(data, Path("/proc/self/mountinfo").read_text("utf-8"))
    if kind not in _OVER_A_NETWORK:
        return well("file system", kind)
    if connection.vendor == "sqlite":
        return wrong(
            "file system",
            f"the SQLite database is on a network file system ({kind}), whose locks cannot be "
            "relied on: it may be damaged",
            "Move HOLDFAST_DATA to a local disk, or use PostgreSQL (HOLDFAST_DATABASE).",
        )
    return note(
        "file system",
        f"the data folder is on a network file system ({kind})",
        "Prefer a local disk: sealed bags wait here for the store.",
    )


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system that `path` is on, from the text of /proc/PID/mountinfo (proc(5))."""
    real = os.path.realpath(path)
    best, kind = "", "unknown"
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = before.split()[4].encode("ascii").decode("unicode_escape")
        inside = place in {"/", real} or real.startswith(f"{place}/")
        if inside and len(place) >= len(best):
            best, kind = place, after.split()[0]
    return kind
