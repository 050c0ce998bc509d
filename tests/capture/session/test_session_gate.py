"""The gate, without a browser: what waits, what leaves, what is cut."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from hpack import Encoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
)
from hypothesis import given
from hypothesis import strategies as st

from capture.egress.proxy import GateShut
from capture.session.blocked import Blocked
from capture.session.gate import Gate
from capture.wire.http2 import PREFACE
from capture.wire.keylog import KeyLog

GET = b"GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n"
QUERY = json.dumps({"query": "{ posts }"}).encode()
MUTATION = json.dumps({"query": "mutation { like }"}).encode()


def post(body: bytes, extra: bytes = b"") -> bytes:
    return (
        b"POST /g HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n%s\r\n%s" % (len(body), extra, body)
    )


def feed(*pieces: bytes, reader: Gate | None = None) -> tuple[bytes, Blocked, bool]:
    """What left, what was blocked, and whether the connection was cut."""
    blocked = Blocked()
    gate = reader or Gate("a.test", 80, KeyLog(Path("/nonexistent")), blocked)

    async def run() -> tuple[bytes, bool]:
        out = b""
        for piece in pieces:
            try:
                out += await gate.admit(piece)
            except GateShut:
                return out, True
        return out, False

    left, cut = asyncio.run(run())
    return left, blocked, cut


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_reads_leaves_unaltered_however_it_comes(size: int) -> None:
    data = GET + post(QUERY) + GET.replace(b"GET", b"HEAD")
    assert feed(*split(data, size)) == (data, Blocked(), False)


BAD = {
    "a mutation": post(MUTATION),
    "a like": b"POST /like HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
    "PUT": b"PUT / HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "a GET with a body": b"GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\nx",
    "chunks": post(b"", b"Transfer-Encoding: chunked\r\n") + b"5\r\nhello\r\n0\r\n\r\n",
    "two lengths": post(QUERY, b"Content-Length: 1\r\n"),
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
    "a WebSocket": b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
    "no HTTP": b"\x00\x01like\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "a log-out": b"GET /logout HTTP/1.1\r\nHost: a\r\n\r\n",
    "a head without end": b"GET /" + b"a" * 300_000,
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("size", [5, 1000])
def test_what_may_act_does_not_leave(name: str, size: int) -> None:
    left, blocked, cut = feed(GET, *split(BAD[name], size))
    assert (left, cut) == (GET, True)
    assert len(blocked.told()) == 1
    assert blocked.told()[0]["kind"] == "connection"


def test_nothing_leaves_before_it_is_judged() -> None:
    assert feed(post(MUTATION)[:-1]) == (b"", Blocked(), False)
    assert feed(b"P") == (b"", Blocked(), False)
    assert feed(b"POST /like") == (b"", Blocked(), False)


class Client:
    """HTTP/2 frames as a browser writes them."""

    def __init__(self) -> None:
        self._encoder = Encoder()
        self.start = PREFACE + SettingsFrame(0).serialize()

    def head(self, stream: int, method: str, path: str, *flags: str, **more: str) -> bytes:
        fields = [(":method", method), (":authority", "a.test"), (":scheme", "http")]
        fields += [(":path", path), *((name.replace("_", "-"), v) for name, v in more.items())]
        frame = HeadersFrame(stream, self._encoder.encode(fields), flags=list(flags))
        return frame.serialize()


def data(stream: int, body: bytes, *flags: str) -> bytes:
    return DataFrame(stream, body, flags=list(flags)).serialize()


WHOLE = ("END_HEADERS", "END_STREAM")


@pytest.mark.parametrize("size", [1, 13, 10_000])
def test_frames_that_read_leave(size: int) -> None:
    client = Client()
    sent = (
        client.start + client.head(1, "GET", "/a", *WHOLE) + PingFrame(0, b"12345678").serialize()
    )
    sent += client.head(3, "POST", "/g", "END_HEADERS", content_type="application/json")
    sent += (
        client.head(5, "GET", "/b", *WHOLE) + data(3, QUERY[:4]) + data(3, QUERY[4:], "END_STREAM")
    )
    assert feed(*split(sent, size)) == (sent, Blocked(), False)


def test_frames_that_act_do_not() -> None:
    for more in (
        lambda c: c.head(3, "POST", "/like", *WHOLE),
        lambda c: c.head(3, "DELETE", "/x", *WHOLE),
        lambda c: c.head(3, "GET", "/x", "END_HEADERS") + data(3, b"x", "END_STREAM"),
        lambda c: c.head(3, "CONNECT", "/x", "END_HEADERS"),
        lambda c: (
            c.head(3, "POST", "/g", "END_HEADERS", content_type="application/json")
            + data(3, MUTATION, "END_STREAM")
        ),
        lambda c: data(9, b"x", "END_STREAM"),
        lambda c: HeadersFrame(3, b"\xff\xff\xff", flags=list(WHOLE)).serialize(),
        lambda c: b"\xff\xff\xff\x01\x05\0\0\0\x03" + b"x" * 100,
    ):
        client = Client()
        good = client.start + client.head(1, "GET", "/a", *WHOLE)
        left, blocked, cut = feed(good, more(client))
        assert (left, cut) == (good, True)
        assert len(blocked.told()) == 1


def test_a_head_in_pieces_waits_for_its_end() -> None:
    client = Client()
    whole = HeadersFrame(1, b"", flags=["END_STREAM"])
    block = Frame.parse_frame_header(memoryview(client.head(1, "POST", "/like")[:9]))
    assert block
    fields = client.head(1, "POST", "/like")[9:]
    whole.data, rest = fields[:5], ContinuationFrame(1, fields[5:], flags=["END_HEADERS"])
    left, _, cut = feed(client.start, whole.serialize(), rest.serialize())
    assert (left, cut) == (client.start, True)


def test_a_request_taken_back_does_not_leave() -> None:
    """A server could act on a head and half a body."""
    client = Client()
    asked = client.head(1, "POST", "/like", "END_HEADERS", content_type="application/json")
    left, blocked, cut = feed(client.start, asked + RstStreamFrame(1).serialize())
    assert (left, cut) == (client.start, True)
    assert "taken back" in blocked.told()[0]["reason"]
    client = Client()
    done = client.start + client.head(3, "GET", "/a", *WHOLE) + RstStreamFrame(3).serialize()
    assert feed(done) == (done, Blocked(), False)


def test_tls_without_keys_does_not_leave() -> None:
    hello = b"\x16\x03\x01\x00\x04\x01\x00\x00\x00"
    secret = b"\x17\x03\x03\x00\x40" + bytes(64)
    left, blocked, cut = feed(hello, secret)
    assert (left, cut) == (hello, True)
    assert blocked.told()[0]["url"] == "https://a.test:80/"


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_break_it_and_no_post_leaves(pieces: list[bytes]) -> None:
    left, _, _ = feed(*pieces)
    assert b"".join(pieces).startswith(left)
    assert not left.startswith((b"POST", b"PUT"))
