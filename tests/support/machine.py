"""A machine of the service, for tests: a data folder, an environment, the real commands in it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.servers.redis import free_port

ROOT = Path(__file__).parent.parent.parent
HOLDFAST = (sys.executable, "-m", "cli.main")
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Answer:
    """What the web server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Machine:
    """Use it with `with`: whatever it started ends with the block. Logs are files in `folder`."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    wrap: Callable[[list[str]], list[str]] = field(default=list)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    @property
    def data(self) -> Path:
        """Its HOLDFAST_DATA."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What its commands see: nothing of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "HOLDFAST_DATA": str(self.data),
            "HOLDFAST_TIMESTAMPS": "off",
            **self.settings,
        }

    def run(
        self, *arguments: str, stdin: str = "", settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`holdfast …` to its end."""
        return self.call(*HOLDFAST, *arguments, stdin=stdin, settings=settings)

    def call(
        self, *command: str, stdin: str = "", settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Any command to its end."""
        return subprocess.run(
            self.wrap(list(command)),
            env={**self.environment, **(settings or {})},
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S * 2,
            check=False,
        )

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start `command`; its standard error goes to `NAME.err`, its output to `NAME.out`."""
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        with out.open("ab") as output, err.open("ab") as errors:
            process = subprocess.Popen(
                self.wrap(list(command)),
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        self._processes[name] = process
        self._asked.discard(name)
        return process

    def web(self, *arguments: str) -> Web:
        """Start the web server, and wait until it answers."""
        port = free_port()
        command = [*HOLDFAST, "web", "--bind", f"127.0.0.1:{port}", "--processes", "1", *arguments]
        self.start("web", *command)
        web = Web(port)
        self.until(web.answers, "the web server to answer")
        return web

    def until(self, true: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait for it; where it does not come, the logs are in the message."""
        deadline = time.monotonic() + patience_s
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}\n{self.logs()}")
            time.sleep(0.25)

    def logs(self) -> str:
        """All that its processes said."""
        files = sorted([*self.folder.glob("*.err"), *self.folder.glob("*.out")])
        return "\n".join(f"--- {each.name}\n{each.read_text('utf-8')}" for each in files)

    def ask_to_end(self) -> None:
        """SIGTERM to each, once."""
        for name in self._processes.keys() - self._asked:
            self._processes[name].send_signal(signal.SIGTERM)
            self._asked.add(name)

    def end(self) -> dict[str, int]:
        """SIGTERM to each, and force where that does not help; how each ended."""
        self.ask_to_end()
        for process in self._processes.values():
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        ended = {name: process.returncode for name, process in self._processes.items()}
        self._processes.clear()
        self._asked.clear()
        return ended

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


@dataclass(frozen=True)
class Web:
    """The web server at a port of loopback."""

    port: int

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; a `body` that is no bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {} if isinstance(body, bytes | None) else {"Content-Type": "application/json"}
        try:
            connection.request(method, path, content, {**kind, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def answers(self) -> bool:
        """Whether it listens and is alive."""
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False
