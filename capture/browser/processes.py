"""The browser's processes, as Linux's ``/proc`` shows them (proc(5))."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")


def family(main_pid: int) -> list[int]:
    """The process IDs of `main_pid` and all that descends from it."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(int(entry.name))) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found, front = [], [main_pid]
    while front:
        found += front
        front = [child for pid in front for child in children.get(pid, [])]
    return found


def pages(main_pid: int) -> list[int]:
    """The processes that show pages, of the browser whose main process is `main_pid`."""
    return [pid for pid in family(main_pid) if "--type=renderer" in _read(pid, "cmdline")]


def private_bytes(pid: int) -> int:
    """Resident minus shared, the second and third field of /proc/PID/statm."""
    fields = _read(pid, "statm").split()
    return (int(fields[1]) - int(fields[2])) * _PAGE_SIZE if len(fields) > 2 else 0


@contextmanager
def held_still(main_pid: int) -> Iterator[None]:
    """Stop the page processes, and let them go on at the end.

    Whatever a page keeps saying stops meanwhile, so that what it has said can be worked off.
    """
    stopped = [pid for pid in pages(main_pid) if _signal(pid, signal.SIGSTOP)]
    try:
        yield
    finally:
        for pid in stopped:
            _signal(pid, signal.SIGCONT)


def end(pid: int) -> None:
    """End a process by force; one that is gone already is no error."""
    _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def _parent(pid: int) -> int | None:
    """The fourth field of /proc/PID/stat; the second may hold spaces and brackets."""
    text = _read(pid, "stat")
    fields = text.rpartition(")")[2].split()
    return int(fields[1]) if len(fields) > 1 else None


def _read(pid: int, name: str) -> str:
    """The text of a file in /proc/PID, empty where the process is gone."""
    try:
        return (_PROC / str(pid) / name).read_text("utf-8", "replace")
    except OSError:
        return ""
