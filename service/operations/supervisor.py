"""Several processes as one: started together, started again when one dies, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_QUICK_DEATH_S = 5.0
_MOST_QUICK_DEATHS = 3


class GaveUp(Exception):
    """A process ends again and again; the message names it."""


@dataclass
class Part:
    """One process: its `name`, its `command`, and how long it may take to end when asked to."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 20
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0
    _quick_deaths: int = 0

    @property
    def pid(self) -> int | None:
        """Its process ID while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches only us."""
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            list(self.command), env={**os.environ, **self.environment}, start_new_session=True
        )

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again where it has died. Raises `GaveUp` where that does not help."""
        if self._process is None or self._process.poll() is None:
            return
        code = self._process.returncode
        is_quick = time.monotonic() - self._started < _QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if is_quick else 0
        if self._quick_deaths >= _MOST_QUICK_DEATHS:
            raise GaveUp(f"{self.name} ends at once, again and again (exit {code}); see above.")
        say(f"{self.name} ended (exit {code}); it is started again")
        self.start()

    def ask_to_end(self) -> None:
        """SIGTERM: finish what you are doing, and end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def await_end(self) -> None:
        """Wait its patience; then end its whole group by force."""
        if self._process is None:
            return
        try:
            self._process.wait(self.patience_s)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end_group(self._process.pid)
            self._process.wait()


class Supervisor:
    """Runs its parts until it is told to stop. Parts are stopped in the reverse of their order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._parts: list[Part] = []
        self._say = say
        self._stop = threading.Event()

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
        """Let `run` return; may be called from a signal's handler."""
        self._stop.set()

    def end(self) -> None:
        """Stop every part, the last first."""
        for part in reversed(self._parts):
            part.ask_to_end()
            part.await_end()


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def python(*arguments: str) -> list[str]:
    """A command of this very Python."""
    return [sys.executable, *arguments]
