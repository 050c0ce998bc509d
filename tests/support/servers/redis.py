"""A Redis of one's own."""

from __future__ import annotations

import random
import secrets
import shutil
import socket
from pathlib import Path
from typing import Self

import redis

from tests.support.servers.errors import NotInstalled, NotStarted
from tests.support.servers.server import Server

_TRIES = 5
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")

_SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly {appendonly}
appendfsync no
"""  # no fsync: SIGKILL takes nothing from the system's cache, and no test cuts the power


class Redis(Server):
    """A Redis server on loopback, with a password, as a deployment has one.

    It comes back empty after a stop or a kill unless `keeps_data`; then it has all that it had
    acknowledged.
    """

    def __init__(self, *, keeps_data: bool = False) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise NotInstalled("redis-server")
        super().__init__("redis")
        self._program = program
        self._keeps_data = keeps_data
        self._password = secrets.token_hex(16)
        self._port = 0

    @property
    def url(self) -> str:
        """A URL for redis-py and Celery: `redis://:PASSWORD@127.0.0.1:PORT/0`."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> Self:
        """Start it. The first start takes another port where somebody was faster."""
        tries = 1 if self._port else _TRIES
        while True:
            tries -= 1
            try:
                return super().start()
            except NotStarted:
                taken = "Address already in use" in self.log()
                if not tries or not taken or self.running:
                    raise
                self._prepare()

    def _prepare(self) -> None:
        self._port = free_port()
        settings = _SETTINGS.format(
            port=self._port,
            password=self._password,
            appendonly="yes" if self._keeps_data else "no",
        )
        (self.directory / "redis.conf").write_text(settings, "ascii")

    def _command(self) -> list[str | Path]:
        return [self._program, self.directory / "redis.conf"]

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, retry=None) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # not yet listening, or still reading its data
                return False


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to clients.

    A server that is down would else lose its port to some client's connection: on loopback even
    to one that tries to reach this very port.
    """
    below = int(_RANGE.read_text("ascii").split()[0])
    while True:
        port = random.randrange(10_000, max(below, 11_000))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
