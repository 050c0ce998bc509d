"""The web server of the service as it is in use: its own commands, processes and data folder."""

from __future__ import annotations

import http.client
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

_START_LIMIT_S = 60


@dataclass(frozen=True)
class WebProcess:
    """A running web server; `origin` is how a browser on this machine calls it."""

    origin: str
    environment: dict[str, str]
    log: Path

    def holdfast(self, *arguments: str, typed: str = "") -> str:
        """Run a command of the service on the same data; what it printed."""
        return _holdfast(self.environment, *arguments, typed=typed)


@contextmanager
def web_process(data: Path, **more: str) -> Iterator[WebProcess]:
    """The service's web server alone, at a name that browsers do passkeys under."""
    port = _free_port()
    origin = f"http://localhost:{port}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HOLDFAST_")}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "service.settings",
        "HOLDFAST_DATA": str(data),
        "HOLDFAST_ORIGIN": origin,
        **more,
    }
    _holdfast(environment, "migrate")
    log = data / "web.log"
    bind = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "cli.main", "web", "--bind", bind, "--processes", "1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            _await(port, process, log)
            yield WebProcess(origin, environment, log)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _holdfast(environment: dict[str, str], *arguments: str, typed: str = "") -> str:
    command = [sys.executable, "-m", "cli.main", *arguments]
    done = subprocess.run(
        command, env=environment, input=typed, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"holdfast {arguments[0]} failed: {done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the web server did not start:\n{log.read_text('utf-8')}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
