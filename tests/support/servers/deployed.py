"""Redis and PostgreSQL as docker-compose.yml starts them: the same commands, the same passwords.

On loopback, each at a free port, with the secrets that deploy/make-secrets made.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Self

from tests.support.deployment import ROOT, services
from tests.support.servers.postgres import Postgres
from tests.support.servers.redis import Redis, free_port

_SECRETS = "/run/secrets/"


class DeployedRedis(Redis):
    """Redis with the users' file of the deployment."""

    def __init__(self, secrets: Path) -> None:
        super().__init__()
        self._secrets = secrets
        self._password = (secrets / "broker-password").read_text("ascii").strip()

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    def _prepare(self) -> None:
        self._port = free_port()

    def _command(self) -> list[str | Path]:
        _, *arguments = services()["redis"]["command"]
        placed = [each.replace(_SECRETS, f"{self._secrets}/") for each in arguments]
        here = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self.directory)]
        return [self._program, *placed, *here]


class DeployedPostgres(Postgres):
    """PostgreSQL that wants passwords of whoever comes over the network."""

    def __init__(self, secrets: Path) -> None:
        super().__init__(durable=True)
        self._secrets = secrets
        self._port = free_port()
        self._has_role = True  # deploy/postgres/role.sql makes it
        self._is_new = True

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Start it; the first time as the image of PostgreSQL does, with deploy/postgres/."""
        super().start()
        if self._is_new:
            self._is_new = False
            self.run("psql", "--quiet", "--no-psqlrc", "--dbname=postgres", f"--file={_ROLE}")
        return self

    def run(
        self, *command: str, stdin: bytes = b"", account: str = "postgres"
    ) -> subprocess.CompletedProcess[bytes]:
        """A program of PostgreSQL, as ``docker compose exec postgres …`` runs it."""
        return subprocess.run(
            command,
            env={
                "PATH": f"{self._programs}:{os.environ['PATH']}",
                "PGHOST": str(self.directory),
                "PGPORT": str(self._port),
                "PGUSER": account,
                "DATABASE_PASSWORD_FILE": str(self._secrets / "database-password"),
            },
            input=stdin,
            capture_output=True,
            check=True,
        )

    def _url(self, role: str, database: str) -> str:
        return f"{super()._url(role, database)}&port={self._port}"

    def _authentication(self) -> list[str]:
        made: str = services()["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
        return ["--auth-local=trust", *made.split()]

    def _command(self) -> list[str | Path]:
        _, *options = services()["postgres"]["command"]
        here = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={self._port}"]
        return [*super()._command(), *here, *options]


_ROLE = ROOT / "deploy" / "postgres" / "role.sql"
