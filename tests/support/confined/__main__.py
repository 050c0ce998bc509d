"""Starts a command shut in, hands signals on to it, and ends with its exit code.

python -m tests.support.confined PLAN COMMAND…
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.confined.filter import write_filter
from tests.support.confined.plan import ROOT, Plan

_NOT_OF_THE_SYSTEM = {"dev", "proc", "run", "sys", "tmp", "lost+found"}


def main() -> int:
    """Start it, and wait for its end."""
    plan, command = Plan.read(Path(sys.argv[1])), sys.argv[2:]
    told, tell = os.pipe()
    descriptors = [tell]
    arguments = [*_view(plan), "--info-fd", str(tell)]
    if plan.filter is not None:
        program = os.memfd_create("filter", 0)
        write_filter(Path(plan.filter), program)
        descriptors.append(program)
        arguments += ["--seccomp", str(program)]
    process = subprocess.Popen(["bwrap", *arguments, "--", *command], pass_fds=descriptors)
    os.close(tell)
    with os.fdopen(told) as lines:
        init = json.loads(lines.read() or "{}").get("child-pid")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: _hand_on(init, received))
    return process.wait()


def _view(plan: Plan) -> list[str]:
    """A root of our own: the system's folders to be read, and little that can be written."""
    arguments = ["--unshare-user", "--unshare-pid", "--unshare-uts", "--unshare-ipc"]
    arguments += ["--uid", str(plan.uid), "--gid", str(plan.gid), "--hostname", plan.hostname]
    arguments += ["--cap-drop", "ALL", "--die-with-parent", "--chdir", "/tmp"]
    for folder in sorted(Path("/").iterdir()):
        if folder.name not in _NOT_OF_THE_SYSTEM:
            link = folder.is_symlink()
            arguments += ["--symlink" if link else "--ro-bind"]
            arguments += [str(folder.readlink() if link else folder), str(folder)]
    arguments += ["--dev", "/dev", "--tmpfs", "/dev/shm", "--proc", "/proc"]
    for place in ["/run", *plan.tmpfs]:
        arguments += ["--tmpfs", place]
    if str(ROOT).startswith("/tmp/"):
        arguments += ["--ro-bind", str(ROOT), str(ROOT)]
    for place, source in plan.files.items():
        arguments += ["--ro-bind", source, place]
    for place, source in plan.folders.items():
        arguments += ["--bind", source, place]
    return [*arguments, "--remount-ro", "/", "--remount-ro", "/run"]


def _hand_on(init: int | None, number: int) -> None:
    """Send a signal to the command itself, which bubblewrap's own first process has started."""
    try:
        children = Path(f"/proc/{init}/task/{init}/children").read_text("ascii")
        for child in children.split():
            os.kill(int(child), number)
    except (FileNotFoundError, ProcessLookupError):
        return  # it has just ended


if __name__ == "__main__":
    sys.exit(main())
