"""The service as an operator runs it: its own processes, its own database, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

EMAIL = "ada@example.org"
_SECRET = "a secret key for tests, which is long enough"
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Web:
    """A web server that runs."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class RunningService:
    """A service in `data`, migrated, with one account; with SQLite, or PostgreSQL at `database`."""

    def __init__(self, data: Path, database: str | None = None) -> None:
        self.data = data
        settings = {
            "HOLDFAST_DATA": str(data),
            "HOLDFAST_ORIGIN": "http://127.0.0.1",
            "HOLDFAST_SECRET_KEY": _SECRET,
            "HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8",
            "DJANGO_SETTINGS_MODULE": "service.settings",
            **({"HOLDFAST_DATABASE": database} if database else {}),
        }
        kept = {name: value for name, value in os.environ.items() if "HOLDFAST_" not in name}
        self.environment = {**kept, **settings}
        self.run("migrate")
        self.run("user", "create", EMAIL, "--password-stdin", given="correct horse battery staple")

    def run(self, *command: str, given: str = "") -> str:
        """Run a command of `holdfast`; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *command],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.stdout

    def python(self, code: str) -> subprocess.Popen[str]:
        """Start `code` with Django set up, in a process of its own."""
        begin = "import django; django.setup()\n"
        return subprocess.Popen(
            [sys.executable, "-c", begin + code],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, code: str) -> str:
        """Run `code` with Django set up; what it prints."""
        process = self.python(code)
        output, complaints = process.communicate()
        if process.returncode != 0:
            raise AssertionError(complaints)
        return output.strip()

    def token(self, *scopes: str) -> str:
        """A token of the account."""
        wanted = scopes or ("captures:read", "captures:write", "captures:erase",
                            "cases:read", "cases:write")  # fmt: skip
        options = [each for scope in wanted for each in ("--scope", scope)]
        return self.run("token", "create", EMAIL, *options).splitlines()[-1]

    @contextmanager
    def web(self) -> Iterator[Web]:
        """A web server, while the block runs; it may be killed in it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            bind = f"127.0.0.1:{free.getsockname()[1]}"
        log = self.data / f"web-{bind.rpartition(':')[2]}.log"
        with log.open("wb") as lines:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "web", "--bind", bind],
                env=self.environment,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
            )
            server = Web(f"http://{bind}", process)
            try:
                _await(server, log)
                yield server
            finally:
                _end(server)


def _await(server: Web, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{server.url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def _end(server: Web) -> None:
    if server.process.poll() is None:
        server.process.terminate()
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
