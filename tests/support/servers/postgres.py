"""A PostgreSQL of one's own, and databases in it."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.support.clock import Clock
from tests.support.servers.errors import NotInstalled, NotStarted
from tests.support.servers.server import Server

ROLE = "holdfast"  # owns the databases, and is no superuser
_ADMIN = "postgres"
_KEPT = Path("/usr/lib/postgresql")  # where Debian has the versions side by side

# A commit is answered before it is written: it survives a stop, and may not survive a kill.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """A PostgreSQL server on a Unix socket that only its account and root can reach.

    With `durable` it keeps what it has committed even when it is killed, as PostgreSQL promises;
    without, it is faster and does not. With `adjustable` its time is that of `clock`.
    """

    end_signal = signal.SIGINT  # 'fast shutdown': it does not wait for clients to leave

    def __init__(self, *, durable: bool = False, adjustable: bool = False) -> None:
        self._programs = _programs()
        super().__init__("postgres", account=_account())
        self._durable = durable
        self._adjustable = adjustable
        self.clock = Clock(self.directory / "clock")
        self.clock.set(0)
        self._numbers = itertools.count(1)
        self._has_role = False

    @property
    def url(self) -> str:
        """The URL of the database `postgres`, which is always there; see `database`."""
        return self._url(ROLE, "postgres")

    def start(self) -> Self:
        """Start it; the first time with a new cluster (about a second)."""
        super().start()
        if not self._has_role:
            self._administer(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            self._has_role = True
        return self

    def database(self, copy_of: Database | None = None) -> Database:
        """A new database, empty or a copy of another that nobody is connected to at the moment."""
        name = f"{copy_of.name if copy_of else 'test'}_{next(self._numbers)}"
        template = copy_of.name if copy_of else "template0"
        self._administer(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
            )
        )
        return Database(name, self._url(ROLE, name), self)

    def drop(self, database: Database) -> None:
        """Remove a database, whoever is still connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._administer(statement.format(sql.Identifier(database.name)))

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url(_ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.directory), safe='')}"

    def _prepare(self) -> None:
        made = self._spawn(
            [
                *(self._programs / "initdb", "--pgdata=data", f"--username={_ADMIN}"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *self._authentication()),
            ]
        )
        if made.wait() != 0:
            raise NotStarted(f"initdb failed:\n{self._tail()}")

    def _authentication(self) -> list[str]:
        """For initdb. Nobody but its account and root reaches the socket."""
        return ["--auth=trust"]

    def _command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.directory),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": "mmap",  # in its directory, so that nothing stays behind
            "shared_buffers": "32MB",
            **({} if self._durable else _FAST),
        }
        options = (("-c", f"{name}={value}") for name, value in settings.items())
        command = [self._programs / "postgres", "-D", "data", *itertools.chain(*options)]
        return [*self.clock.wrap(command)] if self._adjustable else command

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._url(_ADMIN, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:  # no socket yet, or it is recovering
            return False
        return True


@dataclass(frozen=True)
class Database:
    """A database; as a context manager it is dropped at the end."""

    name: str
    url: str
    server: Postgres

    def drop(self) -> None:
        """Remove it, whoever is still connected."""
        self.server.drop(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.server.running:  # else it goes with the server
            self.drop()


def _programs() -> Path:
    """The folder of the newest PostgreSQL: where Debian has them, else by PATH."""
    kept = _KEPT.glob("*/bin/initdb")
    found = sorted((path.parent for path in kept), key=lambda path: float(path.parent.name))
    if found:
        return found[-1]
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise NotInstalled("PostgreSQL")
    return Path(elsewhere).resolve().parent


def _account() -> str | None:
    """Whom it runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
