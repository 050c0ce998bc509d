"""Everything that crossed the wire, kept on disk in the order in which it came.

One append-only file holds the bytes of all connections of a capture; a small index in memory says
which connection, direction and instant each chunk belongs to. The WARC and the wire file are both
made from it, so they cannot tell two different stories.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self


class Direction(enum.Enum):
    """Which way a chunk went."""

    SENT = "sent"
    RECEIVED = "received"


class Failure(enum.Enum):
    """Why a connection did not come about, or was ended by us."""

    NAME_NOT_FOUND = "name not found"
    ADDRESS_REFUSED = "address refused by policy"
    BROWSERS_OWN = "the browser's own traffic"
    CONNECTION_REFUSED = "connection refused"
    UNREACHABLE = "unreachable"
    TIME_OUT = "time-out"
    CUT = "cut by a limit of the capture"


class Chunk(NamedTuple):
    """Bytes that arrived together: at `time_ns` (Unix time), `length` bytes at `offset`."""

    connection: int
    direction: Direction
    time_ns: int
    offset: int
    length: int


@dataclass
class Connection:
    """One attempt of the browser to reach a server.

    `host` and `port` are what the browser asked for, `address` the server's true IP address once
    connected; `failure` and `reason` say why there is none. Times are Unix time in nanoseconds.
    """

    number: int
    host: str
    port: int
    opened_ns: int
    address: str | None = None
    connected_ns: int | None = None
    closed_ns: int | None = None
    failure: Failure | None = None
    reason: str | None = None
    server_closed: bool = False
    chunks: list[Chunk] = field(default_factory=list)

    def length(self, direction: Direction) -> int:
        """How many bytes went in `direction`."""
        return sum(chunk.length for chunk in self.chunks if chunk.direction is direction)


class Spool:
    """The file and its index. A context manager: closing it closes the file and leaves it there."""

    def __init__(self, path: Path, started_ns: int = 0) -> None:
        self._file = path.open("x+b")
        self._length = 0
        self._last_ns = started_ns
        self.connections: list[Connection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def now(self) -> int:
        """Unix time in nanoseconds: the one clock of a capture.

        It never runs backwards, nor before the capture's start, even where the machine's clock is
        set back. Otherwise the wire file, which is in order of time, would hold bytes in another
        order than they came in, and times in the record would lie outside the capture: to a
        verifier that looks like tampering.
        """
        self._last_ns = max(self._last_ns, time.time_ns())
        return self._last_ns

    def open_connection(self, host: str, port: int) -> Connection:
        """Note that the browser wants to reach `host`:`port`, now."""
        connection = Connection(len(self.connections), host, port, self.now())
        self.connections.append(connection)
        return connection

    def append(self, connection: Connection, direction: Direction, data: bytes) -> None:
        """Keep `data`, which went in `direction` on `connection` just now."""
        self._file.seek(self._length)
        self._file.write(data)
        connection.chunks.append(
            Chunk(connection.number, direction, self.now(), self._length, len(data))
        )
        self._length += len(data)

    def read(self, chunk: Chunk) -> bytes:
        """The bytes of `chunk`."""
        self._file.seek(chunk.offset)
        return self._file.read(chunk.length)

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk of every connection, in the order in which they came."""
        every = (chunk for connection in self.connections for chunk in connection.chunks)
        yield from sorted(every, key=lambda chunk: chunk.offset)
