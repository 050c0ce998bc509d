"""The one way out: exact bytes both ways, and ends of every kind."""

import asyncio
import hashlib
import random

import pytest

from capture.egress.proxy import EgressProxy
from capture.egress.spool import Direction
from tests.capture.egress.network import (
    carried,
    dial,
    echo,
    hang_up,
    proxying,
    reset,
    run,
    serving,
    through,
    until,
)


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


def test_a_slow_reader_gets_the_last_byte_too(tmp_path, monkeypatch):
    """What the server sent before it closed must not be lost on the way to the browser."""
    to_browser = []
    serve = EgressProxy._serve

    async def watched(self, reader, writer):
        to_browser.append(writer.transport)
        await serve(self, reader, writer)

    async def server(reader, writer):
        """Ends at the moment in which the proxy cannot get rid of the last bytes."""
        while to_browser[0].get_write_buffer_size() == 0:
            writer.write(b"x" * 20_000)
            await writer.drain()
            await asyncio.sleep(0.0001)

    async def main():
        async with through(tmp_path, server) as (_, spool, reader, writer):
            writer.write_eof()
            await until(lambda: spool.connections[0].server_closed)
            await asyncio.sleep(0.01)
            got = len(await reader.read(-1))
            assert got == spool.connections[0].length(Direction.RECEIVED)

    monkeypatch.setattr(EgressProxy, "_serve", watched)
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
