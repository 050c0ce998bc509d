"""What ends the proxy's work: limits, the end of the capture, and that nothing is left then."""

import asyncio

import pytest

from capture.egress.spool import Direction, Failure
from tests.capture.egress.network import (
    Refused,
    dial,
    echo,
    hang_up,
    proxying,
    run,
    serving,
    through,
    until,
)


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
