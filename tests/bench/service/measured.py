"""The service that is measured: its own commands, on loopback, as an operator starts them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import psutil
import psycopg

from tests.support.machine import HOLDFAST, Machine, Web
from tests.support.servers import Postgres, Redis

_EMAIL = "ada@example.org"
_OPEN = "SELECT count(*) FROM captures_capture WHERE state IN ('queued', 'capturing', 'storing')"
_STATES = "SELECT state, count(*) FROM captures_capture GROUP BY state"
_LAST = "SELECT max(finished) FROM captures_capture"
_LOOK_EVERY_S = 0.5  # each look takes something from what is measured


@dataclass(frozen=True)
class Service:
    """A machine with a web server that runs, and a token for it."""

    machine: Machine
    web: Web
    bearer: dict[str, str]

    def work(self, processes: int) -> None:
        """Start so many worker processes, and the clock."""
        self.machine.start("worker", *HOLDFAST, "worker", "--processes", str(processes))
        self.machine.start("beat", *HOLDFAST, "beat")

    def trees(self, *names: str) -> list[psutil.Process]:
        """The processes of these of its parts (all of them), the parts themselves first."""
        parts = self.machine._processes
        main = [psutil.Process(parts[name].pid) for name in names or parts]
        return [*main, *(each for one in main for each in one.children(recursive=True))]

    def submit(self, urls: list[str]) -> None:
        """One request for all of them; each must be accepted."""
        answer = self.web.ask("POST", "/api/v1/captures", {"urls": urls}, self.bearer)
        assert answer.status == 201, answer.body
        assert {each["state"] for each in answer.json()["items"]} == {"queued"}

    def await_all(self) -> float:
        """Wait until nothing is under way and everything is sealed; the Unix time of the last."""
        while self.unfinished():
            sleep(_LOOK_EVERY_S)
        states = dict(self._ask(_STATES))
        assert set(states) == {"sealed"}, f"{states}\n{self.machine.logs()}"
        last = self._ask(_LAST)[0][0]
        if isinstance(last, str):  # SQLite has UTC, and does not say so
            last = datetime.fromisoformat(last).replace(tzinfo=UTC)
        return float(last.timestamp())

    def unfinished(self) -> int:
        """How many captures have not come to an end."""
        return int(self._ask(_OPEN)[0][0])

    def _ask(self, query: str) -> list[Any]:
        url = self.machine.settings.get("HOLDFAST_DATABASE")
        if url:
            with psycopg.connect(url) as connection:
                return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]
        file = f"file:{self.machine.data}/holdfast.sqlite3?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=30)) as database:
            return database.execute(query).fetchall()


@contextmanager
def service(folder: Path, database: str) -> Iterator[Service]:
    """A service with Redis, and with `database`: ``sqlite`` or ``postgresql``."""
    with Redis() as redis:
        settings = {
            "HOLDFAST_BROKER": redis.url,
            "HOLDFAST_SECRET_KEY": "a secret key for measuring, which is long enough",
            "HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8",
            "HOLDFAST_HOST_CONCURRENCY": "100",
            "HOLDFAST_HOST_DELAY": "0",
            "HOLDFAST_API_RATE": "1000000",
        }
        with ExitStack() as stack:
            if database == "postgresql":
                server = stack.enter_context(Postgres(durable=True))
                settings["HOLDFAST_DATABASE"] = stack.enter_context(server.database()).url
            yield stack.enter_context(_running(Machine(folder, settings)))


@contextmanager
def _running(machine: Machine) -> Iterator[Service]:
    with machine:
        for arguments, given in (
            (("migrate",), ""),
            (("user", "create", _EMAIL, "--password-stdin"), "correct horse battery staple"),
        ):
            made = machine.run(*arguments, stdin=given)
            assert made.returncode == 0, made.stderr
        scopes = ("--scope", "captures:read", "--scope", "captures:write")
        token = machine.run("token", "create", _EMAIL, *scopes).stdout.splitlines()[-1]
        web = machine.web("--processes", "2")
        yield Service(machine, web, {"Authorization": f"Bearer {token}"})
        machine.end()
