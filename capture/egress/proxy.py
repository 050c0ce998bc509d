"""The one way out: a SOCKS proxy on loopback, one for each capture.

The browser can reach nothing but this proxy. For every connection the proxy resolves the name,
asks the policy about the resulting address, connects to that very address, and keeps a copy of
each byte in both directions. It does not open TLS: the site sees a genuine browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from ipaddress import IPv6Address
from types import TracebackType
from typing import Protocol, Self, cast

from capture.egress.policy import Address, AddressPolicy, is_browsers_own
from capture.egress.resolve import Resolver
from capture.egress.socks import SUCCEEDED, UNREACHABLE, Destination, NotSocks, read_destination
from capture.egress.spool import Connection, Direction, Failure, Spool


class GateShut(Exception):
    """A connection must be cut: what was to leave must not."""


class EgressGate(Protocol):
    """Judges what a connection sends before it leaves."""

    def saw(self, data: bytes) -> None:
        """The server has sent `data`."""

    async def admit(self, data: bytes) -> bytes:
        """What may leave now, in order. Raises `GateShut`."""


NewGate = Callable[[str, int], EgressGate]
"""Makes the gate of a connection to this host and port."""
_READ_SIZE = 256 * 1024
_CONNECT_TIME_LIMIT_S = 20.0
_CLIENT_GREETING_LIMIT_S = 10.0


class _Refused(Exception):
    """Why a connection did not come about."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure, self.reason = failure, reason


class EgressProxy:
    """A context manager that listens while it is open.

    `byte_limit` bounds what all connections together may carry; once it is reached, or after
    `shut`, every connection is closed and no other is made. With `gate`, what the browser sends
    leaves only as far as the connection's own gate lets it; one that is shut is cut.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        resolver: Resolver,
        spool: Spool,
        byte_limit: int,
        gate: NewGate | None = None,
    ) -> None:
        self._new_gate = gate
        self._policy = policy
        self._resolver = resolver
        self._spool = spool
        self._bytes_left = byte_limit
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.last_byte = time.monotonic()
        self.exhausted = asyncio.Event()
        self._is_shut = False
        self._cut: str | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_READ_SIZE)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shut()
        if self._server is not None:
            self._server.close()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._resolver.close()

    @property
    def url(self) -> str:
        """What to give the browser as its proxy."""
        return f"socks5://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1 on which the proxy listens."""
        if self._server is None:
            raise RuntimeError("the proxy is not open")
        return int(self._server.sockets[0].getsockname()[1])

    def shut(self, cut: str | None = None) -> None:
        """Close every connection, and make no other. What was carried so far stays in the spool.

        `cut` says which limit of the capture was reached; None is the ordinary end.
        """
        self._is_shut, self._cut = True, self._cut or cut
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or not self._server.is_serving():  # accepted in the last moment
            writer.transport.abort()
            return
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        try:
            async with asyncio.timeout(_CLIENT_GREETING_LIMIT_S):
                destination = await read_destination(reader, writer)
            await self._carry(destination, reader, writer)
        except (NotSocks, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The browser went away, or the capture is over: what was carried is in the spool.
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _carry(
        self,
        destination: Destination,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        connection = self._spool.open_connection(*destination)
        try:
            server_reader, server_writer = await self._connect(connection)
        except _Refused as refused:
            connection.failure, connection.reason = refused.failure, refused.reason
            writer.write(UNREACHABLE)
            await writer.drain()
            return
        except asyncio.CancelledError:
            connection.failure, connection.reason = Failure.CUT, self._cut_reason()
            raise
        writer.write(SUCCEEDED)
        try:
            await self._relay(connection, (reader, writer), (server_reader, server_writer))
        finally:
            connection.closed_ns = self._spool.now()
            if self._cut and not connection.server_closed:
                connection.failure, connection.reason = Failure.CUT, self._cut
            server_writer.transport.abort()

    async def _connect(
        self, connection: Connection
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first address that the policy permits and that answers."""
        if self._is_shut:
            raise _Refused(Failure.CUT, self._cut_reason())
        if is_browsers_own(connection.host):
            raise _Refused(Failure.BROWSERS_OWN, "the browser's own service, not the page's")
        last = _Refused(Failure.UNREACHABLE, "no address")
        for address in await self._permitted(connection):
            try:
                streams = await self._dial(address, connection.port)
            except _Refused as refused:
                last = refused
                continue
            connection.address, connection.connected_ns = str(address), self._spool.now()
            return streams
        raise last

    def _cut_reason(self) -> str:
        return self._cut or "the capture was over"

    async def _permitted(self, connection: Connection) -> list[Address]:
        try:
            addresses = await self._resolver.addresses(connection.host)
        except TimeoutError as error:
            raise _Refused(Failure.NAME_NOT_FOUND, "the name look-up timed out") from error
        except OSError as error:
            raise _Refused(Failure.NAME_NOT_FOUND, "the name does not exist") from error
        verdicts = {address: self._policy.refusal(address) for address in addresses}
        permitted = [_plain(address) for address in addresses if verdicts[address] is None]
        if not permitted:
            reasons = ", ".join(f"{address}: {why}" for address, why in verdicts.items())
            raise _Refused(Failure.ADDRESS_REFUSED, reasons or "no address")
        return permitted

    async def _dial(
        self, address: Address, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if port == self.port and (address.is_loopback or address.is_unspecified):
            raise _Refused(Failure.ADDRESS_REFUSED, "Holdfast's own proxy")
        try:
            async with asyncio.timeout(_CONNECT_TIME_LIMIT_S):
                return await asyncio.open_connection(str(address), port, limit=_READ_SIZE)
        except TimeoutError as error:
            raise _Refused(Failure.TIME_OUT, "the server did not answer") from error
        except ConnectionRefusedError as error:
            raise _Refused(Failure.CONNECTION_REFUSED, "the server refused") from error
        except OSError as error:
            raise _Refused(Failure.UNREACHABLE, error.strerror or "unreachable") from error

    async def _relay(
        self,
        connection: Connection,
        browser: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        _no_delay(server[1])
        gate = self._new_gate(connection.host, connection.port) if self._new_gate else None
        ways = (Direction.SENT, browser[0], server[1]), (Direction.RECEIVED, server[0], browser[1])
        try:
            async with asyncio.TaskGroup() as pumps:
                for direction, reader, writer in ways:
                    pumps.create_task(self._pump(connection, direction, reader, writer, gate))
        except* (OSError, GateShut):
            pass  # one end is gone, and the group has stopped the other pump with it
        else:
            for _, writer in (browser, server):  # what is still on its way out goes out first
                writer.close()
                await writer.wait_closed()

    async def _pump(
        self,
        connection: Connection,
        direction: Direction,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        gate: EgressGate | None,
    ) -> None:
        """Carry bytes one way until the end, keeping a copy of each before it goes on.

        The copy is made first: what the page saw is always in the spool.
        """
        while data := await reader.read(_READ_SIZE):
            self.last_byte = time.monotonic()
            if gate is not None and direction is Direction.RECEIVED:
                gate.saw(data)
            elif gate is not None:
                data = await gate.admit(data)
                if not data:
                    continue
            self._spool.append(connection, direction, data)
            self._spend(len(data))
            writer.write(data)
            await writer.drain()
        if direction is Direction.RECEIVED:
            connection.server_closed = True
        with contextlib.suppress(OSError):  # the other side may be gone already
            writer.write_eof()

    def _spend(self, count: int) -> None:
        self._bytes_left -= count
        if self._bytes_left < 0 and not self._is_shut:
            self.exhausted.set()
            self.shut("bytes")


def _plain(address: Address) -> Address:
    """An IPv4-mapped address as the IPv4 address that the connection will have."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _no_delay(writer: asyncio.StreamWriter) -> None:
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
