"""The deployment of docker-compose.yml as processes: every service its own machine, shut in.

Each machine has the command, the environment, the user, the folders, the secrets and the system
call filter of its service (`confined`), its own data folder and its own name. What is replaced:
the names of the servers by ports of loopback, and, since the pages of tests are there as well,
``HOLDFAST_ALLOW_NETWORKS``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.confined import plan
from tests.support.deployment import ROOT, ours, resolved
from tests.support.machine import Machine, Web
from tests.support.s3 import S3Server
from tests.support.servers.deployed import DeployedPostgres, DeployedRedis
from tests.support.servers.redis import free_port

ORIGIN = "https://holdfast.example.org"
_BIN = Path(sys.executable).parent


@dataclass
class Deployment:
    """Everything, between `with` and its end."""

    folder: Path
    machines: dict[str, Machine] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        owner = f"{os.getuid()}:{os.getgid()}"
        make = [ROOT / "deploy" / "make-secrets", "--into", self.secrets, "--owner", owner]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        self.redis = self._stack.enter_context(DeployedRedis(self.secrets))
        self.postgres = self._stack.enter_context(DeployedPostgres(self.secrets))
        self.store = self._stack.enter_context(S3Server())
        self.bucket = self.store.make_bucket()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def secrets(self) -> Path:
        """What deploy/make-secrets made."""
        return self.folder / "secrets"

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text("ascii").strip()

    def machine(self, service: str, number: int = 1) -> Machine:
        """A machine for a service; nothing runs on it yet."""
        name = f"{service}-{number}"
        folder = self.folder / name
        folder.mkdir()
        (folder / "volumes").mkdir()
        told = ours()[service]
        shut_in = plan(told, hostname=name, volumes=folder / "volumes", secrets=self.secrets)
        file = shut_in.write(folder / "plan.json")
        launch = [sys.executable, "-m", "tests.support.confined", str(file)]
        made = Machine(folder, self.environment(told), lambda command: [*launch, *command])
        self.machines[name] = self._stack.enter_context(made)
        return made

    def environment(self, service: dict[str, Any]) -> dict[str, str]:
        """The service's environment, with the servers where they are."""
        store = f"s3://{self.bucket}?endpoint={self.store.endpoint}"
        given = {"HOLDFAST_ORIGIN": ORIGIN, "HOLDFAST_STORE": store}
        written = {name: str(value) for name, value in service["environment"].items()}
        told: dict[str, str] = resolved(written, given)
        places = {"postgres:5432": self.postgres.place, "redis:6379": self.redis.place}
        for name, value in told.items():
            told[name] = re.sub(
                r"(?<=[@/])(postgres:5432|redis:6379)(?=/)", lambda each: places[each[0]], value
            )
        return {
            **told,
            "PATH": f"{_BIN}:{os.environ['PATH']}",
            "HOME": "/tmp",
            "HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8",
            "HOLDFAST_HOST_DELAY": "0",
        }

    def migrate(self) -> None:
        """Run the one-shot service."""
        done = self.machine("migrate").call(*ours()["migrate"]["command"])
        assert done.returncode == 0, done.stderr

    def web(self, number: int = 1) -> Web:
        """Start the web server."""
        machine, port = self.machine("web", number), free_port()
        command = [each.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for each in _web_command()]
        machine.start("web", *command)
        web = Web(port)
        machine.until(web.answers, "the web server to answer")
        return web

    def start(self, service: str, number: int = 1) -> Machine:
        """Start any other service."""
        machine = self.machine(service, number)
        machine.start(service, *ours()[service]["command"])
        return machine

    def is_healthy(self, machine: Machine, service: str, **ports: str) -> bool:
        """What the service's health check says, run beside it as container engines do."""
        kind, *test = resolved(ours()[service]["healthcheck"]["test"], {})
        for there, here in ports.items():
            test = [each.replace(there, here) for each in test]
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        return machine.call(*command).returncode == 0

    def logs(self) -> str:
        """All that the processes said."""
        return "\n".join(machine.logs() for machine in self.machines.values())


def _web_command() -> list[str]:
    command: list[str] = ours()["web"]["command"]
    return command
