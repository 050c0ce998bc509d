"""What Redis and PostgreSQL have in common: one process in a directory of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from tests.support.servers import janitor
from tests.support.servers.errors import NotStarted, NotStopped

PATIENCE = 60.0  # seconds for a start or an end; an idle machine needs less than one
_SHOWN = 40  # lines of the log in a message


class Server(ABC):
    """A server for tests. Make it, `start` it (or use `with`), and `close` it.

    `account` is whom it runs as, None for whoever runs the tests. Its directory is in /tmp and not
    in TMPDIR: a socket's path must be short, and that account must get there.
    """

    end_signal = signal.SIGTERM

    def __init__(self, name: str, account: str | None = None) -> None:
        self._name = name
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None
        self.directory = Path(tempfile.mkdtemp(prefix=f"holdfast-{name}-", dir="/tmp"))
        self._janitor = subprocess.Popen(
            [sys.executable, "-I", "-S", janitor.__file__, self.directory],
            stdin=subprocess.PIPE,
            cwd="/",
            start_new_session=True,  # Ctrl-C is not for it
        )
        self._log = self.directory / "log"
        self._log.touch()
        if account:
            shutil.chown(self.directory, account)

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is, from its first start on; the same through all stops and starts."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make what it needs before its first start."""

    @abstractmethod
    def _command(self) -> list[str | Path]:
        """The program and its arguments; it must stay in the foreground and log to its output."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it can be used."""

    @property
    def running(self) -> bool:
        """Whether its process runs; not whether it answers."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process number of the running server."""
        if self._process is None or not self.running:
            raise NotStarted(f"{self._name} does not run")
        return self._process.pid

    @property
    def logged(self) -> int:
        """How many bytes it has logged so far."""
        return self._log.stat().st_size

    def log(self, begin: int = 0) -> str:
        """What it has logged, from a byte on."""
        return self._log.read_bytes()[begin:].decode("utf-8", "replace")

    def start(self) -> Self:
        """Start it and wait until it answers. Raises NotStarted, with the end of its log."""
        if self.running:
            raise NotStarted(f"{self._name} runs already")
        if self._process is None:
            self._prepare()
        self._process = self._spawn(self._command())
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"{self._name} does not answer. Its log ends:\n{self._tail()}")
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """End it as an operator would, and wait. Nothing is said if it does not run."""
        if self._process is None or not self.running:
            return
        self._process.send_signal(self.end_signal)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired as cause:
            self.kill()
            message = f"{self._name} did not end when asked. Its log ends:\n{self._tail()}"
            raise NotStopped(message) from cause

    def kill(self) -> None:
        """End it and its children by SIGKILL, without any notice."""
        janitor.kill_all_in(self.directory)
        if self._process is not None:
            self._process.wait(PATIENCE)

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End it and remove everything that it left. It cannot be started again."""
        self._janitor.communicate()
        if self._process is not None:
            self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def _spawn(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
                user=self._account,
                group=pwd.getpwnam(self._account).pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )

    def _tail(self) -> str:
        return "\n".join(self.log().splitlines()[-_SHOWN:])
