"""The guard at the moment of connecting: a canary on loopback must never be touched."""

import asyncio
import socket
from ipaddress import IPv4Address, ip_address

import pytest

from capture.egress.policy import AddressPolicy
from capture.egress.spool import Failure
from tests.capture.egress.network import (
    HOST_UNREACHABLE,
    LOOPBACK,
    Names,
    Refused,
    canary,
    dial,
    hang_up,
    proxying,
    serving,
)

PUBLIC_ONLY = AddressPolicy()
FIRST, SECOND = AddressPolicy.allowing(["127.0.0.1/32"]), AddressPolicy.allowing(["127.0.0.2/32"])
UNSPECIFIED = str(IPv4Address(0))
NAMES_OF_LOOPBACK = (
    *("127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
    *("0", "localhost", "LOCALHOST"),
)
LOOPBACK_ADDRESSES = (
    *("127.0.0.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:0:127.0.0.1"),
)


async def greet(reader, writer):
    writer.write(b"hello")


async def refusal(proxy, spool, host, port):
    """The failure with which `host` is refused; the browser hears 'host unreachable'."""
    with pytest.raises(Refused) as refused:
        await dial(proxy, host, port)
    assert refused.value.code == HOST_UNREACHABLE
    connection = spool.connections[-1]
    assert connection.address is None
    assert connection.connected_ns is None
    assert connection.chunks == []
    return connection.failure


@pytest.mark.parametrize("host", [*NAMES_OF_LOOPBACK, *LOOPBACK_ADDRESSES, UNSPECIFIED])
def test_no_spelling_of_loopback_reaches_it(tmp_path, host):
    async def main():
        async with canary() as port, proxying(tmp_path, PUBLIC_ONLY) as (proxy, spool):
            assert await refusal(proxy, spool, host, port) is Failure.ADDRESS_REFUSED

    asyncio.run(main())


@pytest.mark.parametrize(
    "host", ["localhost.", "127.0.0.1.", "Canary.Test", "b\u00fccher".encode()]
)
def test_a_name_is_judged_by_its_address(tmp_path, host):
    async def always(_host):
        return [ip_address("127.0.0.1")]

    async def main():
        async with canary() as port, proxying(tmp_path, PUBLIC_ONLY, always) as (proxy, spool):
            assert await refusal(proxy, spool, host, port) is Failure.ADDRESS_REFUSED
            assert spool.connections[0].reason == "127.0.0.1: loopback"

    asyncio.run(main())


@pytest.mark.parametrize(
    "host", ["[::1]", "[::ffff:7f00:1]", b"\xff\xfe", b"nul\0nul", b"", "a..b"]
)
def test_what_is_no_name_is_not_found(tmp_path, host):
    async def main():
        async with canary() as port, proxying(tmp_path, PUBLIC_ONLY, Names()) as (proxy, spool):
            assert await refusal(proxy, spool, host, port) is Failure.NAME_NOT_FOUND

    asyncio.run(main())


@pytest.mark.parametrize("host", [b"nul\0nul", b"", "a..b", "x" * 64])
def test_a_name_that_the_system_chokes_on_is_not_found(tmp_path, host):
    async def main():
        async with proxying(tmp_path, PUBLIC_ONLY) as (proxy, spool):
            assert await refusal(proxy, spool, host, 80) is Failure.NAME_NOT_FOUND

    asyncio.run(main())


def test_rebinding_gains_nothing(tmp_path):
    """Public at the first look-up, loopback at the second: there is no second."""

    async def main():
        names = Names(rebind_test=[["127.0.0.2"], ["127.0.0.1"]])
        async with canary() as port, proxying(tmp_path, LOOPBACK, names) as (proxy, spool):
            for _ in range(3):
                failure = await refusal(proxy, spool, "rebind.test", port)
                assert failure is Failure.CONNECTION_REFUSED  # nobody listens on 127.0.0.2
            assert names.asked == ["rebind.test"]

    asyncio.run(main())


def test_of_several_addresses_only_the_permitted_are_tried(tmp_path):
    async def main():
        names = Names(mixed_test=[["127.0.0.1", "10.0.0.1", "127.0.0.2"]])
        async with (
            serving(greet, "127.0.0.2") as port,
            proxying(tmp_path, SECOND, names) as (proxy, spool),
        ):
            reader, writer = await dial(proxy, "mixed.test", port)
            assert await reader.read(-1) == b"hello"
            await hang_up(writer)
            assert spool.connections[0].address == "127.0.0.2"

    asyncio.run(main())


def test_the_next_address_is_tried_where_one_does_not_answer(tmp_path):
    async def main():
        names = Names(two_test=[["127.0.0.3", "127.0.0.1"]])
        async with serving(greet) as port, proxying(tmp_path, LOOPBACK, names) as (proxy, spool):
            _, writer = await dial(proxy, "two.test", port)
            await hang_up(writer)
            assert spool.connections[0].address == "127.0.0.1"

    asyncio.run(main())


def test_the_reason_names_every_refused_address(tmp_path):
    async def main():
        names = Names(inside_test=[["10.0.0.1", "fd00:ec2::254"]])
        async with proxying(tmp_path, LOOPBACK, names) as (proxy, spool):
            assert await refusal(proxy, spool, "inside.test", 80) is Failure.ADDRESS_REFUSED
            reason = spool.connections[0].reason
            assert reason.startswith("10.0.0.1: private network, fd00:ec2::254: unique local")

    asyncio.run(main())


@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1", UNSPECIFIED, "localhost"])
def test_never_connects_to_itself(tmp_path, host):
    policy = AddressPolicy.allowing(["0.0.0.0/0", "::/0"])

    async def main():
        async with proxying(tmp_path, policy) as (proxy, spool):
            assert await refusal(proxy, spool, host, proxy.port) is Failure.ADDRESS_REFUSED
            assert spool.connections[0].reason == "Holdfast's own proxy"
            assert len(spool.connections) == 1

    asyncio.run(main())


def test_a_mapped_address_is_recorded_as_what_it_is(tmp_path):
    async def main():
        async with serving(greet) as port, proxying(tmp_path, FIRST) as (proxy, spool):
            _, writer = await dial(proxy, "::ffff:127.0.0.1", port)
            await hang_up(writer)
            assert spool.connections[0].address == "127.0.0.1"

    asyncio.run(main())


def test_ipv6_is_carried_too(tmp_path):
    async def main():
        async with serving(greet, "::1") as port, proxying(tmp_path) as (proxy, spool):
            reader, writer = await dial(proxy, "::1", port)
            assert await reader.read(-1) == b"hello"
            await hang_up(writer)
            assert spool.connections[0].address == "::1"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no"), Failure.NAME_NOT_FOUND),
        (TimeoutError(), Failure.NAME_NOT_FOUND),
        (ValueError("embedded null character"), Failure.NAME_NOT_FOUND),
        (["127.0.0.9"], Failure.CONNECTION_REFUSED),
        (["255.255.255.255"], Failure.UNREACHABLE),
        ([], Failure.ADDRESS_REFUSED),
    ],
    ids=["no name", "slow name server", "no text", "refused", "unreachable", "no address"],
)
def test_each_failure_has_its_kind(tmp_path, answer, failure):
    policy = AddressPolicy.allowing(["127.0.0.0/8", "255.255.255.255/32"])

    async def main():
        async with proxying(tmp_path, policy, Names(a_test=[answer])) as (proxy, spool):
            assert await refusal(proxy, spool, "a.test", 1) is failure
            assert spool.connections[0].reason

    asyncio.run(main())


def test_a_server_that_never_answers_is_a_time_out(tmp_path, monkeypatch):
    monkeypatch.setattr("capture.egress.proxy._CONNECT_TIME_LIMIT_S", 0.1)

    async def main():
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            port = full.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]
            for each in waiting:  # a full queue: the kernel drops what comes after
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            async with proxying(tmp_path, FIRST) as (proxy, spool):
                assert await refusal(proxy, spool, "127.0.0.1", port) is Failure.TIME_OUT
            for each in waiting:
                each.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    "host", ["update.googleapis.com", "Update.GoogleApis.com", "safebrowsing.googleapis.com."]
)
def test_the_browsers_own_traffic_is_not_even_looked_up(tmp_path, host):
    async def main():
        names = Names()
        async with proxying(tmp_path, PUBLIC_ONLY, names) as (proxy, spool):
            assert await refusal(proxy, spool, host, 443) is Failure.BROWSERS_OWN
            assert names.asked == []

    asyncio.run(main())
