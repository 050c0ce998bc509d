"""The whole service on loopback for fault tests: its real commands, and real servers.

A web server, the clock and two workers, each a machine with a data folder of its own; PostgreSQL,
Redis and an S3-compatible store between them. Leases are short, so that what is lost is found soon.
A test sets the time of the database, which is what leases and waits go by; beat, gunicorn and
Chromium do not work under libfaketime.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
from psycopg.rows import dict_row

from service.captures.models import Result
from service.custody.chain import FIELDS, faults
from tests.support.machine import HOLDFAST, PATIENCE_S, Machine, Web
from tests.support.s3 import S3Server
from tests.support.servers import Postgres, Redis
from tests.support.servers.postgres import Database
from tests.support.site import Site

LEASE_S = 6.0
SETTLED_S = 240.0
"""How long a batch may take on a busy machine, its faults included."""
_PASSWORD = "correct horse battery staple"
Row = dict[str, Any]


@dataclass
class Fleet:
    """Use it with `with`. `folder` is an empty folder, `site` what is captured."""

    folder: Path
    site: Site
    machines: dict[str, Machine] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _submitted: int = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.postgres = stack.enter_context(Postgres(durable=True, adjustable=True))
            self.redis = stack.enter_context(Redis())
            self.store = stack.enter_context(S3Server())
            self.bucket = self.store.make_bucket()
            self.database: Database = self.postgres.database()
            made = self.machine("web").run("migrate")
            assert made.returncode == 0, made.stderr
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            print(self.logs())
        with self._stack:
            for machine in self.machines.values():
                machine.ask_to_end()
            for machine in self.machines.values():
                machine.end()

    def machine(self, name: str) -> Machine:
        """A machine with a data folder of its own; made at first use."""
        if name not in self.machines:
            folder = self.folder / name
            folder.mkdir()
            self.machines[name] = Machine(folder, self.settings)
        return self.machines[name]

    @property
    def settings(self) -> dict[str, str]:
        """The environment of every machine."""
        return {
            "HOLDFAST_DATABASE": self.database.url,
            "HOLDFAST_BROKER": self.redis.url,
            "HOLDFAST_STORE": self.store.url(self.bucket),
            "HOLDFAST_STORE_KEY_ID": self.store.access_key,
            "HOLDFAST_STORE_SECRET": self.store.secret_key,
            "HOLDFAST_SECRET_KEY": "a secret key for tests, which is long enough",
            "HOLDFAST_KEY": str(self.folder / "signing-key.pem"),
            "HOLDFAST_ALLOW_NETWORKS": "127.0.0.0/8",
            "HOLDFAST_HOST_CONCURRENCY": "100",
            "HOLDFAST_HOST_DELAY": "0",
            "HOLDFAST_LEASE": str(LEASE_S),
            "HOLDFAST_STORING_LEASE": "120",
            "HOLDFAST_RETRY_FIRST": "0.3",
            "HOLDFAST_MIN_FREE": "0",
            "HOLDFAST_WIRE": "off",
        }

    def start(self) -> None:
        """Web server, clock and two workers; and somebody with a token."""
        web = self.machine("web")
        made = web.run("user", "create", "a@example.org", "--password-stdin", stdin=_PASSWORD)
        assert made.returncode == 0, made.stderr
        scopes = ("--scope", "captures:read", "--scope", "captures:write")
        made = web.run("token", "create", "a@example.org", *scopes)
        self._bearer = {"Authorization": f"Bearer {made.stdout.splitlines()[-1]}"}
        self.web: Web = web.web()
        self.start_beat()
        self.start_worker("one", 2)
        self.start_worker("two", 1)

    def start_beat(self) -> None:
        """The clock."""
        self.machine("beat").start("beat", *HOLDFAST, "beat")

    def start_worker(self, name: str, processes: int = 1) -> subprocess.Popen[bytes]:
        """A worker on the machine `name`."""
        command = (*HOLDFAST, "worker", "--name", name, "--processes", str(processes))
        return self.machine(name).start("worker", *command)

    def submit(self, count: int = 1, *, path: str = "/bench/light") -> list[str]:
        """Submit so many addresses that nobody has submitted before; the IDs of their captures."""
        first, self._submitted = self._submitted, self._submitted + count
        urls = [self.site.url(f"{path}?{first + n}") for n in range(count)]
        answer = self.web.ask("POST", "/api/v1/captures", {"urls": urls}, self._bearer)
        assert answer.status == 201, answer.body
        return [item["id"] for item in answer.json()["items"]]

    def ask(self, query: str, *values: object) -> list[Row]:
        """Ask the database, with a connection of its own."""
        with psycopg.connect(self.database.url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[call-overload, no-any-return]

    def captures(self, ids: list[str]) -> list[Row]:
        """The rows of these captures."""
        return self.ask("SELECT * FROM captures_capture WHERE id = ANY(%s::uuid[])", ids)

    def states(self, ids: list[str]) -> Counter[str]:
        """How many of these captures are in which state."""
        return Counter(row["state"] for row in self.captures(ids))

    def until(self, true: Any, what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait for it."""
        self.machine("web").until(true, what, patience_s)

    def busy(self) -> Iterator[psutil.Process]:
        """Processes that are capturing, one after the other, as long as there are any new ones."""
        known: set[int] = set()
        found: list[int] = []
        capturing = "SELECT leased_by FROM captures_capture WHERE state = 'capturing'"

        def another() -> bool:
            names = [row["leased_by"] for row in self.ask(capturing)]
            found[:] = [pid for pid in map(_pid, names) if pid not in known]
            return any(psutil.pid_exists(pid) for pid in found)

        while True:
            self.until(another, "a process that is capturing")
            pid = next(pid for pid in found if psutil.pid_exists(pid))
            known.add(pid)
            with suppress(psutil.NoSuchProcess):
                yield psutil.Process(pid)

    def settle(self, ids: list[str]) -> None:
        """Wait until all of these captures have come to an end."""
        ends = {"sealed", "failed", "cancelled", "erased"}
        self.until(lambda: set(self.states(ids)) <= ends, "the captures", SETTLED_S)

    def logs(self) -> str:
        """All that the machines said."""
        return "\n".join(f"===== {name}\n{m.logs()}" for name, m in self.machines.items())

    # What must be true of every capture that has come to an end.

    def audit(self, ids: list[str]) -> Counter[str]:
        """Nothing lost, nothing twice: the states of these captures, once that is made sure of.

        Every one has one sealed bag that verifies, or one documented failure.
        """
        rows = self.captures(ids)
        assert len(rows) == len(set(ids)) == len(ids)
        bags = self.folder / f"audit-{ids[0]}"
        bags.mkdir()
        for row in rows:
            self._audit_attempts(row)
            self._audit_custody(row)
            keys = self.keys(f"captures/{row['id']}/")
            if row["state"] == "sealed":
                assert keys == [row["object_key"]]
                self._take(row, bags / f"{row['id']}.zip")
            else:
                assert row["state"] == "failed", row
                assert keys == []
                assert row["reason"]
                assert row["explanation"]
        self._audit_uniqueness()
        self._verify(sorted(bags.glob("*.zip")))
        return Counter(row["state"] for row in rows)

    def keys(self, prefix: str = "") -> list[str]:
        """What is in the store."""
        pages = self.store.client.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for page in found for each in page.get("Contents", [])]

    def _take(self, row: Row, into: Path) -> None:
        answer = self.store.client.get_object(Bucket=self.bucket, Key=row["object_key"])
        content = answer["Body"].read()
        assert sha256(content).hexdigest() == row["object_sha256"]
        with zipfile.ZipFile(BytesIO(content)) as packed:
            statement = packed.read(f"{row['bag']}/seal/statement.json")
        assert sha256(statement).hexdigest() == row["statement_sha256"]
        assert json.loads(statement)["url"] == row["url"]
        into.write_bytes(content)

    def _audit_attempts(self, row: Row) -> None:
        told = self.ask(
            "SELECT * FROM captures_attempt WHERE capture_id = %s ORDER BY number", row["id"]
        )
        assert [each["number"] for each in told] == list(range(1, row["fence"] + 1))
        assert all(each["ended"] and each["result"] in set(Result) for each in told), told
        sealed = [each["number"] for each in told if each["result"] == Result.SEALED]
        assert sealed == ([row["fence"]] if row["state"] == "sealed" else [])

    def _audit_custody(self, row: Row) -> None:
        told = self.ask("SELECT * FROM custody_event WHERE capture = %s ORDER BY number", row["id"])
        events = [
            {name: each[name] for name in (*FIELDS, "digest")} | {"capture": str(row["id"])}
            for each in told
        ]
        assert faults(events) == []
        kinds = [each["kind"] for each in told]
        assert kinds[0] == "submit"
        assert kinds.count("seal") == kinds.count("verify") == (row["state"] == "sealed")

    def _audit_uniqueness(self) -> None:
        rows = self.ask("SELECT statement_sha256 FROM captures_capture WHERE state = 'sealed'")
        hashes = Counter(row["statement_sha256"] for row in rows)
        assert set(hashes.values()) <= {1}

    def _verify(self, bags: list[Path]) -> None:
        if not bags:
            return
        done = subprocess.run(
            [
                *(*HOLDFAST, "verify", "--jobs", "2"),
                *("--key", str(self.folder / "signing-key.pem"), *map(str, bags)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def _pid(leased_by: str) -> int:
    return int(leased_by.rpartition(":")[2])


def kill_family(process: psutil.Process) -> list[psutil.Process]:
    """SIGKILL for `process`; its descendants, which should end by themselves."""
    family = process.children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    return family


def assert_gone(processes: list[psutil.Process]) -> None:
    """They are, or are about to be."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
