"""Several processes as one: started together, started again when one dies, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_QUICK_DEATH_S = 5.0
_MOST_QUICK_DEATHS = 3
_LONGEST_LOG = 20 << 20
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


class GaveUp(Exception):
    """A process ends again and again; the message names it and where its log is."""


@dataclass
class Part:
    """One process: its `name`, its `command`, the `log` that takes what it says.

    `patience_s` is how long it may take to end when asked to; parts of a higher `rank` are asked
    first, and the lower ones once those have ended.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 20
    rank: int = 1
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0
    _quick_deaths: int = 0

    @property
    def pid(self) -> int | None:
        """Its process ID while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches only us.

        It is asked to end where we are killed (PR_SET_PDEATHSIG, prctl(2)): nobody else would.
        """
        self._started = time.monotonic()
        with _opened(self.log) as log:
            self._process = subprocess.Popen(
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (no other thread runs here)
            )

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again where it has died. Raises `GaveUp` where that does not help."""
        if self._process is None or self._process.poll() is None:
            return
        code = self._process.returncode
        _end_group(self._process.pid)
        is_quick = time.monotonic() - self._started < _QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if is_quick else 0
        if self._quick_deaths >= _MOST_QUICK_DEATHS:
            raise GaveUp(f"{self.name} ends at once, again and again (exit {code}): see {self.log}")
        say(f"{self.name} ended (exit {code}); it is started again")
        self.start()

    def ask_to_end(self) -> None:
        """SIGTERM: finish what you are doing, and end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def is_over(self, asked: float) -> bool:
        """Whether it has ended; by force, once its patience since the time `asked` is used up."""
        if self._process is None:
            return True
        if self._process.poll() is None and time.monotonic() - asked < self.patience_s:
            return False
        self.end()
        return True

    def end(self) -> None:
        """End its whole group by force."""
        if self._process is not None:
            _end_group(self._process.pid)
            self._process.wait()


class Supervisor:
    """Runs its parts until it is told to stop; told twice, it is not patient any more."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._parts: list[Part] = []
        self._say = say
        self._stop = threading.Event()
        self._hurry = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def start(self, part: Part) -> None:
        """Start `part`, and tend it from now on."""
        part.start()
        self._parts.append(part)

    def tend(self) -> None:
        """Start again what has died. Raises `GaveUp`."""
        for part in self._parts:
            part.tend(self._say)

    def run(self) -> None:
        """Tend the parts until `stop`. Raises `GaveUp`."""
        while not self._stop.wait(0.2):
            self.tend()

    def stop(self, *_: object) -> None:
        """Let `run` return; may be called from a signal's handler. The second time means: now."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def end(self) -> None:
        """Stop every part, those of a higher rank first."""
        for rank in sorted({part.rank for part in self._parts}, reverse=True):
            left = [part for part in self._parts if part.rank == rank]
            asked = time.monotonic()
            for part in left:
                part.ask_to_end()
            while left and not self._hurry.wait(0.05):
                left = [part for part in left if not part.is_over(asked)]
        for part in self._parts:
            part.end()


def python(*arguments: str) -> list[str]:
    """A command of this very Python."""
    return [sys.executable, *arguments]


def _opened(log: Path) -> BinaryIO:
    """A log that has grown long begins anew; the old one is kept beside it."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.rename(log.with_suffix(".old.log"))
    return log.open("ab")


def _end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
