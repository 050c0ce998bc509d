"""Ends what runs in a directory and removes it, once the process that asked for this is gone.

    python janitor.py DIRECTORY   (waits for the end of its standard input)

A pipe ends with the process that holds it, however that ends: SIGKILL gives nobody else a chance to
clean up. It needs nothing but the standard library, so that it is small and starts at once.

Not guaranteed: a copy of the test process made by a bare fork holds the pipe too; cleaning waits
for its end as well.
"""

import ctypes
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 10.0  # seconds until what cannot be killed is left to itself
_REMOVE = 0  # IPC_RMID of shmctl(2)


def processes_in(directory: Path) -> list[int]:
    """The processes whose working directory is this one or below it; zombies have none."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # ended meanwhile, or somebody else's
                where = (entry / "cwd").readlink()
                if where.is_relative_to(directory):
                    found.append(int(entry.name))
    return found


def kill_all_in(directory: Path) -> None:
    """Send SIGKILL to each process in a directory until none is left."""
    deadline = time.monotonic() + PATIENCE
    while (left := processes_in(directory)) and time.monotonic() < deadline:
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def free_shared_memory(directory: Path) -> None:
    """Remove the System V segment that a killed PostgreSQL leaves.

    The seventh line of its postmaster.pid ends with the segment's number (PostgreSQL's
    src/include/utils/pidfile.h). It belongs to that account, whom root may remove it for.
    """
    for path in directory.glob("*/postmaster.pid"):
        lines = path.read_text("ascii").splitlines()
        if len(lines) >= 7 and lines[6].split():
            ctypes.CDLL(None).shmctl(int(lines[6].split()[-1]), _REMOVE, None)


def main() -> None:
    """Wait, and clean."""
    directory = Path(sys.argv[1])
    sys.stdin.buffer.read()
    kill_all_in(directory)
    free_shared_memory(directory)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
