"""Names to addresses: once, within a time limit, and never an error of another kind."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from capture.egress.resolve import Resolver, system_lookup

LOOPBACK = ip_address("127.0.0.1")


class Lookup:
    """Answers from a list, one answer a call, and counts the calls."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def __call__(self, host):
        self.asked.append(host)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [ip_address(text) for text in answer]


def test_asks_once_even_where_the_answer_would_change():
    async def main():
        lookup = Lookup(["192.0.2.1"], ["127.0.0.1"])
        resolver = Resolver(lookup)
        answers = [await resolver.addresses("rebind.test") for _ in range(3)]
        await resolver.close()
        assert answers == [[ip_address("192.0.2.1")]] * 3
        assert lookup.asked == ["rebind.test"]

    asyncio.run(main())


def test_many_at_once_share_one_look_up():
    async def main():
        lookup = Lookup(["192.0.2.1"])
        resolver = Resolver(lookup)
        await asyncio.gather(*(resolver.addresses("busy.test") for _ in range(50)))
        await resolver.close()
        assert lookup.asked == ["busy.test"]

    asyncio.run(main())


def test_a_failure_is_remembered_too():
    async def main():
        lookup = Lookup(socket.gaierror(socket.EAI_NONAME, "no"), ["127.0.0.1"])
        resolver = Resolver(lookup)
        for _ in range(2):
            with pytest.raises(socket.gaierror):
                await resolver.addresses("gone.test")
        await resolver.close()
        assert resolver.answers() == {"gone.test": []}

    asyncio.run(main())


def test_gives_up_after_the_time_limit():
    async def never(_host):
        await asyncio.Event().wait()

    async def main():
        resolver = Resolver(never, time_limit_s=0.02)
        with pytest.raises(TimeoutError):
            await resolver.addresses("slow.test")
        await resolver.close()

    asyncio.run(main())


def test_one_who_leaves_does_not_take_the_answer_from_the_others():
    async def main():
        ready = asyncio.Event()

        async def lookup(_host):
            await ready.wait()
            return [LOOPBACK]

        resolver = Resolver(lookup)
        first = asyncio.ensure_future(resolver.addresses("slow.test"))
        second = asyncio.ensure_future(resolver.addresses("slow.test"))
        await asyncio.sleep(0)
        first.cancel()
        ready.set()
        assert await second == [LOOPBACK]
        await resolver.close()

    asyncio.run(main())


def test_close_leaves_nothing_running():
    async def never(_host):
        await asyncio.Event().wait()

    async def main():
        resolver = Resolver(never)
        asked = asyncio.ensure_future(resolver.addresses("slow.test"))
        await asyncio.sleep(0)
        await resolver.close()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert resolver.answers() == {"slow.test": []}
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


def test_answers_lists_every_name_in_order():
    async def main():
        resolver = Resolver(Lookup(["192.0.2.2", "2001:db8::2"], ["192.0.2.1"]))
        await resolver.addresses("b.test")
        await resolver.addresses("a.test")
        await resolver.close()
        assert list(resolver.answers().items()) == [
            ("a.test", ["192.0.2.1"]),
            ("b.test", ["192.0.2.2", "2001:db8::2"]),
        ]

    asyncio.run(main())


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1"),
        *("017700000001", "localhost", "LOCALHOST", "LocalHost", "\uff11\uff12\uff17.0.0.1"),
    ],
)
def test_the_system_sees_through_odd_spellings_of_loopback(host):
    found = asyncio.run(system_lookup(host))
    assert found
    assert all(address.is_loopback for address in found)


def test_the_system_reads_ipv6_and_drops_the_zone():
    assert asyncio.run(system_lookup("::1")) == [ip_address("::1")]
    assert asyncio.run(system_lookup("fe80::1%lo")) == [ip_address("fe80::1")]
    assert asyncio.run(system_lookup("::ffff:7f00:1")) == [ip_address("::ffff:7f00:1")]


@pytest.mark.parametrize("host", ["", "a\0b", "x" * 64, "x" * 300, "a..b"])
def test_what_is_no_host_name_does_not_exist(host):
    async def main():
        resolver = Resolver()
        with pytest.raises(socket.gaierror):
            await resolver.addresses(host)
        await resolver.close()

    asyncio.run(main())
