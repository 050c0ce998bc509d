"""A page must not eat the machine: above a limit its process is ended.

Counts what the browser's processes hold for themselves (resident and not shared, from Linux's
``/proc``), so shared libraries are not counted many times over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

_LOOK_EVERY_S = 0.5
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")


async def end_above(main_pid: int, limit_bytes: int, exceeded: asyncio.Event) -> None:
    """Watch the process tree of `main_pid` until cancelled.

    Above `limit_bytes` the largest page process is killed, which the page reports as a crash, and
    `exceeded` is set. Not guaranteed: that a page cannot pass the limit between two looks.
    """
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        held = {pid: _private_bytes(pid) for pid in _descendants(main_pid)}
        pages = [pid for pid in held if _is_page(pid)]
        if sum(held.values()) > limit_bytes and pages:
            exceeded.set()
            with contextlib.suppress(ProcessLookupError):
                os.kill(max(pages, key=held.__getitem__), signal.SIGKILL)


def _descendants(main_pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(int(entry.name))) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found, front = [], [main_pid]
    while front:
        found += front
        front = [child for pid in front for child in children.get(pid, [])]
    return found


def _parent(pid: int) -> int | None:
    """The fourth field of /proc/PID/stat (proc(5)); the second may hold spaces and brackets."""
    text = _read(pid, "stat")
    fields = text.rpartition(")")[2].split()
    return int(fields[1]) if len(fields) > 1 else None


def _private_bytes(pid: int) -> int:
    """Resident minus shared, the second and third field of /proc/PID/statm."""
    fields = _read(pid, "statm").split()
    return (int(fields[1]) - int(fields[2])) * _PAGE_SIZE if len(fields) > 2 else 0


def _is_page(pid: int) -> bool:
    return "--type=renderer" in _read(pid, "cmdline")


def _read(pid: int, name: str) -> str:
    """The text of a file in /proc/PID, empty where the process is gone."""
    try:
        return (_PROC / str(pid) / name).read_text("utf-8", "replace")
    except OSError:
        return ""
