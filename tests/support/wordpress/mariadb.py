"""A MariaDB of one's own, which is what WordPress keeps its posts in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.support.servers import NotInstalled, NotStarted
from tests.support.servers.server import Server

NOBODY = "nobody"


class MariaDB(Server):
    """A MariaDB server on a Unix socket that only its account and root can reach, without a
    password for the user `root`. What was committed does not survive a kill."""

    def __init__(self) -> None:
        self._program = program("mariadbd")
        self._installer = program("mariadb-install-db")
        super().__init__("mariadb", account=account())

    @property
    def socket(self) -> Path:
        """Its socket."""
        return self.directory / "socket"

    @property
    def url(self) -> str:
        """Its socket, as a URL."""
        return f"unix://{self.socket}"

    def _prepare(self) -> None:
        made = self._spawn(
            [
                *(self._installer, "--no-defaults", f"--datadir={self.directory / 'data'}"),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
            ]
        )
        if made.wait() != 0:
            raise NotStarted(f"mariadb-install-db failed:\n{self._tail()}")

    def _command(self) -> list[str | Path]:
        return [
            *(self._program, "--no-defaults", f"--datadir={self.directory / 'data'}"),
            *("--skip-networking", f"--socket={self.socket}", "--skip-log-bin"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"),
        ]

    def _answers(self) -> bool:
        return self.socket.exists()  # it is made when the server is ready for clients


def account() -> str | None:
    """Whom it runs as: MariaDB refuses to run as root."""
    return NOBODY if os.geteuid() == 0 else None


def program(name: str) -> Path:
    """Where a program of WordPress or MariaDB is. Raises NotInstalled."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        raise NotInstalled(name)
    return Path(found)
