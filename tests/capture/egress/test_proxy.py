"""The one way out: exact bytes both ways, limits, ends of every kind, nothing left over."""

import asyncio
import hashlib
import random
from contextlib import asynccontextmanager

import psutil
import pytest

from capture.egress.spool import Direction, Failure
from tests.capture.egress.network import (
    Refused,
    carried,
    dial,
    hang_up,
    proxying,
    reset,
    serving,
)


async def echo(reader, writer):
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


def run(main):
    """Run `main()`; afterwards no task and no open socket may be left."""

    async def checked():
        await main()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert [each for each in psutil.Process().net_connections() if each.status != "NONE"] == []

    asyncio.run(checked(), debug=False)


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


def test_carries_and_keeps_every_byte_both_ways(tmp_path):
    question, answer = random.Random(1).randbytes(3 << 20), random.Random(2).randbytes(5 << 20)

    async def server(reader, writer):
        writer.write(answer)  # at the same time as the question comes
        assert hashlib.sha256(await reader.read(-1)).digest() == hashlib.sha256(question).digest()

    async def main():
        async with through(tmp_path, server) as (_, spool, reader, writer):
            writer.write(question)
            writer.write_eof()
            assert await reader.read(-1) == answer
            [connection] = spool.connections
            assert carried(spool, connection, Direction.SENT) == question
            assert carried(spool, connection, Direction.RECEIVED) == answer
            await until(lambda: connection.closed_ns)
            assert connection.server_closed
            assert connection.failure is None
            assert connection.address == "127.0.0.1"
            assert connection.opened_ns <= connection.connected_ns <= connection.closed_ns

    run(main)


def test_a_slow_reader_gets_the_last_byte_too(tmp_path):
    """What the server sent before it closed must not be lost on the way to the browser."""
    answer = random.Random(3).randbytes(1 << 20)

    async def server(reader, writer):
        writer.write(answer)

    async def main():
        async with through(tmp_path, server) as (_, _spool, reader, writer):
            writer.write_eof()
            got = bytearray()
            while data := await reader.read(20_000):
                got += data
                await asyncio.sleep(0.001)
            assert got == answer

    run(main)


def test_half_close_passes_through(tmp_path):
    async def server(reader, writer):
        assert await reader.read(-1) == b"all that I ask"
        await asyncio.sleep(0.02)
        writer.write(b"answered after your end")

    async def main():
        async with through(tmp_path, server) as (_, _spool, reader, writer):
            writer.write(b"all that I ask")
            writer.write_eof()
            assert await reader.read(-1) == b"answered after your end"

    run(main)


def test_many_connections_at_once_are_kept_apart(tmp_path):
    async def main():
        async with serving(echo) as port, proxying(tmp_path) as (proxy, spool):

            async def one(number):
                data = random.Random(number).randbytes(20_000 + number)
                reader, writer = await dial(proxy, "127.0.0.1", port)
                writer.write(data)
                writer.write_eof()
                assert await reader.read(-1) == data
                await hang_up(writer)
                return hashlib.sha256(data).digest()

            sent = await asyncio.gather(*map(one, range(40)))
            for direction in Direction:
                kept = [carried(spool, each, direction) for each in spool.connections]
                assert sorted(hashlib.sha256(data).digest() for data in kept) == sorted(sent)

    run(main)


def test_a_server_that_resets_is_no_clean_end(tmp_path):
    async def server(reader, writer):
        await reader.read(5)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.02)
        reset(writer)

    async def main():
        async with through(tmp_path, server) as (_, spool, reader, writer):
            writer.write(b"hello")
            assert (await reader.read(-1)).endswith(b"half")
            [connection] = spool.connections
            await until(lambda: connection.closed_ns)
            assert carried(spool, connection, Direction.RECEIVED).endswith(b"half")
            assert not connection.server_closed

    run(main)


@pytest.mark.parametrize("leave", [hang_up, reset], ids=["closing", "resetting"])
def test_a_browser_that_vanishes_frees_the_server(tmp_path, leave):
    async def main():
        gone = asyncio.Event()

        async def server(reader, writer):
            try:
                while True:
                    writer.write(b"x" * 10_000)
                    await writer.drain()
                    await asyncio.sleep(0.001)
            finally:
                gone.set()

        async with serving(server) as port, proxying(tmp_path) as (proxy, spool):
            reader, writer = await dial(proxy, "127.0.0.1", port)
            await reader.readexactly(10_000)
            if leave is reset:
                reset(writer)
            else:
                await hang_up(writer)
            async with asyncio.timeout(5):
                await gone.wait()
            await until(lambda: spool.connections[0].closed_ns)
            length = spool.connections[0].length(Direction.RECEIVED)
            await asyncio.sleep(0.02)
            assert spool.connections[0].length(Direction.RECEIVED) == length

    run(main)


def test_the_byte_limit_cuts_everything(tmp_path):
    async def endless(reader, writer):
        while True:
            writer.write(b"x" * 50_000)
            await writer.drain()

    async def main():
        limit = 1_000_000
        async with (
            serving(endless) as flood,
            serving(echo) as quiet,
            proxying(tmp_path, byte_limit=limit) as (proxy, spool),
        ):
            _, waiting = await dial(proxy, "127.0.0.1", quiet)
            reader, writer = await dial(proxy, "127.0.0.1", flood)
            assert len(await reader.read(-1)) <= limit + (1 << 20)
            async with asyncio.timeout(5):
                await proxy.exhausted.wait()
            with pytest.raises(Refused):
                await dial(proxy, "127.0.0.1", quiet)
            await hang_up(writer)
            await hang_up(waiting)
            total = sum(each.length(d) for each in spool.connections for d in Direction)
            assert limit < total < limit + (1 << 20)
            for connection in spool.connections:
                assert (connection.failure, connection.reason) == (Failure.CUT, "bytes")

    run(main)


def test_exactly_the_byte_limit_is_not_over_it(tmp_path):
    async def main():
        async with through(tmp_path, echo, byte_limit=2_000) as (proxy, spool, reader, writer):
            writer.write(b"x" * 1_000)
            assert await reader.readexactly(1_000) == b"x" * 1_000
            assert not proxy.exhausted.is_set()
            writer.write(b"x")
            assert await reader.read(-1) == b""
            assert proxy.exhausted.is_set()
            assert spool.connections[0].failure is Failure.CUT

    run(main)


def test_shut_ends_every_connection_and_says_why(tmp_path):
    async def main():
        async with through(tmp_path, echo) as (proxy, spool, reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            proxy.shut("time")
            assert await reader.read(-1) == b""
            with pytest.raises(Refused):
                await dial(proxy, "127.0.0.1", 9)
            ends = [(each.failure, each.reason) for each in spool.connections]
            assert ends == [(Failure.CUT, "time")] * 2

    run(main)


def test_the_ordinary_end_is_no_cut(tmp_path):
    async def main():
        async with through(tmp_path, echo) as (proxy, spool, reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            proxy.shut()
            assert await reader.read(-1) == b""
        assert spool.connections[0].failure is None
        assert spool.connections[0].closed_ns

    run(main)


def test_a_look_up_that_is_still_running_is_cut_and_named(tmp_path):
    async def never(_host):
        await asyncio.Event().wait()

    async def main():
        async with proxying(tmp_path, lookup=never) as (proxy, spool):
            asking = asyncio.ensure_future(dial(proxy, "slow.test", 443))
            await until(lambda: spool.connections)
            proxy.shut("time")
            with pytest.raises(asyncio.IncompleteReadError):
                await asking
            assert spool.connections[0].failure is Failure.CUT

    run(main)


def test_leaves_nothing_when_it_ends_in_the_middle(tmp_path):
    """Clients in every stage: just accepted, greeting, looking up, connected."""

    async def main():
        async with serving(echo) as port:
            async with proxying(tmp_path) as (proxy, _):
                silent = [await asyncio.open_connection("127.0.0.1", proxy.port) for _ in range(5)]
                busy = [await dial(proxy, "127.0.0.1", port) for _ in range(5)]
                late = [await asyncio.open_connection("127.0.0.1", proxy.port) for _ in range(5)]
            for _, writer in silent + busy + late:
                await hang_up(writer)

    run(main)


def test_what_does_not_speak_socks_is_let_go(tmp_path):
    async def main():
        async with proxying(tmp_path) as (proxy, spool):
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n")
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await reader.readexactly(1)
            await hang_up(writer)
            assert spool.connections == []

    run(main)
