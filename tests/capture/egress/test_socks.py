"""The SOCKS greeting: what a browser says is understood, and all else is refused."""

import asyncio
import contextlib
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.egress.socks import SUCCEEDED, UNREACHABLE, Destination, NotSocks, read_destination
from tests.capture.egress.network import destination

GREETING = b"\x05\x01\x00"


class Written(bytearray):
    """What the proxy answered."""

    def write(self, data):
        self.extend(data)


def read(data: bytes) -> tuple[Destination, bytes]:
    async def main():
        reader, writer = asyncio.StreamReader(), Written()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_destination(reader, writer), bytes(writer)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", str(IPv6Address("::ffff:127.0.0.1"))),
        ("example.org", "example.org"),
        ("xn--bcher-kva.test", "xn--bcher-kva.test"),
        ("a" * 255, "a" * 255),
        (b"", ""),
        (b"b\xfccher.test", "b\\xfccher.test"),
        (b"nul\0.test", "nul\0.test"),
    ],
)
def test_reads_every_form_of_address(host, text):
    found, answered = read(GREETING + b"\x05\x01\x00" + destination(host) + b"\x01\xbb")
    assert found == Destination(text, 443)
    assert answered == b"\x05\x00"


def test_takes_several_methods_and_bytes_that_come_one_by_one():
    async def main():
        reader, writer = asyncio.StreamReader(), Written()
        task = asyncio.ensure_future(read_destination(reader, writer))
        for octet in b"\x05\x03\x00\x01\x02" + b"\x05\x01\x00" + destination("a.test") + b"\0\x50":
            reader.feed_data(bytes([octet]))
            await asyncio.sleep(0)
        assert await task == Destination("a.test", 80)

    asyncio.run(main())


@pytest.mark.parametrize(
    "data",
    [
        b"\x04\x01\x00\x50\x7f\x00\x00\x01user\0",
        b"GET / HTTP/1.1\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        GREETING + b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50",  # BIND
        GREETING + b"\x05\x03\x00\x01\x7f\x00\x00\x01\x00\x50",  # UDP
        GREETING + b"\x04\x01\x00\x01\x7f\x00\x00\x01\x00\x50",
        GREETING + b"\x05\x01\x00\x02\x7f\x00\x00\x01\x00\x50",  # no such type of address
    ],
)
def test_refuses_what_is_not_a_connection_over_socks_5(data):
    with pytest.raises(NotSocks):
        read(data)


@given(st.binary(max_size=300))
def test_garbage_never_raises_anything_else(data):
    for start in (b"", GREETING, GREETING + b"\x05\x01\x00"):
        with contextlib.suppress(NotSocks, asyncio.IncompleteReadError):
            read(start + data)


def test_the_replies_are_as_rfc_1928_has_them():
    assert SUCCEEDED[:4] == b"\x05\x00\x00\x01"
    assert UNREACHABLE[:4] == b"\x05\x04\x00\x01"
    assert len(SUCCEEDED) == len(UNREACHABLE) == 10
