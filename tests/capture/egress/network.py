"""A SOCKS client, servers on loopback and a proxy between them, for the tests of the egress."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import psutil

from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy
from capture.egress.resolve import Resolver
from capture.egress.spool import Connection, Direction, Spool

LOOPBACK = AddressPolicy.allowing(["127.0.0.0/8", "::1/128"])
HOST_UNREACHABLE = 4

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Refused(Exception):
    """The proxy's reply was not 'connected'."""

    def __init__(self, code):
        super().__init__(f"SOCKS reply {code}")
        self.code = code


def destination(host: str | bytes) -> bytes:
    """`host` as SOCKS writes it: IP addresses as such, all else as a name."""
    try:
        address = ip_address(host) if isinstance(host, str) else None
    except ValueError:
        address = None
    if isinstance(address, IPv4Address):
        return b"\x01" + address.packed
    if isinstance(address, IPv6Address):
        return b"\x04" + address.packed
    name = host.encode("ascii") if isinstance(host, str) else host
    return b"\x03" + bytes([len(name)]) + name


async def dial(proxy: EgressProxy, host: str | bytes, port: int) -> Streams:
    """Connect to `host`:`port` through `proxy`. Raises `Refused`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(b"\x05\x01\x00")
        assert await reader.readexactly(2) == b"\x05\x00"
        writer.write(b"\x05\x01\x00" + destination(host) + struct.pack("!H", port))
        reply = await reader.readexactly(10)
        if reply[1] != 0:
            raise Refused(reply[1])
    except BaseException:
        await hang_up(writer)
        raise
    return reader, writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close at once with a TCP reset."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def serving(handle: Handler, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """A server; its port. Whatever its handlers meet is theirs."""

    async def guarded(reader, writer):
        try:
            await handle(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            await hang_up(writer)

    server = await asyncio.start_server(guarded, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        while len(asyncio.all_tasks()) > 1:  # the handlers end when their clients are gone
            await asyncio.sleep(0.001)


@asynccontextmanager
async def proxying(
    folder: Path, policy=LOOPBACK, lookup=None, byte_limit: int = 1 << 30
) -> AsyncIterator[tuple[EgressProxy, Spool]]:
    resolver = Resolver(lookup) if lookup else Resolver()
    with Spool(folder / "spool") as spool:
        async with EgressProxy(policy, resolver, spool, byte_limit) as proxy:
            yield proxy, spool


class Names:
    """A resolver whose answers to one name follow one another; the last one stays."""

    def __init__(self, **answers):
        self.answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked = []

    async def __call__(self, host):
        self.asked.append(host)
        if host not in self.answers:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        answers = self.answers[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, Exception):
            raise found
        return [ip_address(text) for text in found]


@asynccontextmanager
async def canary(host="127.0.0.1"):
    """A server that must not be reached; afterwards nobody may have been there."""
    visits = []

    async def visited(reader, writer):
        visits.append(writer.get_extra_info("peername"))

    async with serving(visited, host) as port:
        yield port
    assert visits == []


def carried(spool: Spool, connection: Connection, direction: Direction) -> bytes:
    """All bytes of one direction."""
    chunks = [chunk for chunk in connection.chunks if chunk.direction is direction]
    return b"".join(spool.read(chunk) for chunk in chunks)


async def echo(reader, writer):
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


def open_sockets() -> set[int]:
    return {each.fd for each in psutil.Process().net_connections()}


def run(main):
    """Run `main()`; afterwards no task and no open socket of its may be left."""

    async def checked():
        before = open_sockets()
        await main()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert open_sockets() <= before

    asyncio.run(checked())


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def through(folder, handle, **options):
    """A client connected to a server that `handle`s it, through a proxy."""
    async with serving(handle) as port, proxying(folder, **options) as (proxy, spool):
        reader, writer = await dial(proxy, "127.0.0.1", port)
        try:
            yield proxy, spool, reader, writer
        finally:
            await hang_up(writer)
