"""HTTP/2 bytes that nobody meant: what was read before stands, and the rest is told."""

import random
import tracemalloc

import pytest
from hyperframe.frame import HeadersFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.wire.exchange import Truncation
from capture.wire.http2 import PREFACE
from tests.capture.wire.http2_pair import Pair, question, read

OK = (b":status", b"200")
GARBAGE = {
    "padding longer than the frame": b"\x00\x00\x02\x00\x08\x00\x00\x00\x01\xff\x00",
    "data on no stream": b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x",
    "settings of odd length": b"\x00\x00\x05\x04\x00\x00\x00\x00\x00abcde",
    "fields that do not decompress": b"\x00\x00\x03\x01\x04\x00\x00\x00\x05\xff\xff\xff",
    "an index that no table has": b"\x00\x00\x02\x01\x04\x00\x00\x00\x05\xff\x7f",
    "a reset of odd length": b"\x00\x00\x01\x03\x00\x00\x00\x00\x01x",
    "fields that go on in other frames": b"\x00\x00\x01\x01\x00\x00\x00\x00\x01\xff"
    b"\x00\x00\x00\x09\x04\x00\x00\x00\x01",
}


@pytest.fixture
def pair():
    """Two finished exchanges and one that is still going on."""
    pair = Pair()
    for number in range(2):
        pair.answer(pair.ask(question(f"/{number}")), [OK], b"whole %d" % number)
    half = pair.ask(question("/half"))
    pair.server.send_headers(half, [OK])
    pair.server.send_data(half, b"half of it")
    pair.move()
    return pair


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_a_broken_frame_takes_nothing_with_it_that_was_read(pair, garbage):
    """Else a server could undo what the page saw by ending its connection badly."""
    pair.inject(garbage)
    exchanges, problem = pair.read()
    assert [each.response.body for each in exchanges] == [b"whole 0", b"whole 1", b"half of it"]
    assert [each.truncated for each in exchanges] == [None, None, Truncation.DISCONNECT]
    assert problem.startswith("HTTP/2 frame at byte")


def test_a_broken_request_leaves_the_ones_before_it(pair):
    pair.sent += GARBAGE["fields that do not decompress"]
    exchanges, problem = pair.read()
    assert len(exchanges) == 3
    assert problem


def test_without_the_preface_it_is_not_http_2(pair):
    exchanges, problem = read(pair.sent[1:], pair.received)
    assert exchanges == []
    assert problem == "no HTTP/2 connection preface"


@pytest.mark.parametrize(
    "status", [b"", b"abc", b"2 0", b"-12", b"99", b"2000", b"9" * 5_000, b"\xb2\xb2\xb2"]
)
def test_a_status_that_is_no_number_is_no_response(status):
    pair = Pair()
    pair.answer(pair.ask(question("/")), [(b":status", status)], b"body")
    [exchange], problem = pair.read()
    assert (exchange.status, exchange.response, problem) == (None, None, None)
    assert exchange.truncated is Truncation.DISCONNECT


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\0"])
def test_a_field_cannot_make_up_another_line(end):
    """HTTP/2 can carry line ends in a field; the head that we make must not have them."""
    pair = Pair()
    number = pair.ask(question("/" + end.decode() + "x", "GET", (b"x", b"1" + end + b"Made: up")))
    evil = (b"x" + end + b"Made: up", b"1" + end + end + b"<p>never sent</p>")
    pair.answer(number, [OK, evil], b"body")
    [exchange], _ = pair.read()
    for message in (exchange.request, exchange.response):
        assert message.head.count(b"\r\n\r\n") == 1
        assert message.head.endswith(b"\r\n\r\n")
        lines = message.head.split(b"\r\n")[:-2]
        assert not any(octet in line for line in lines for octet in (b"\r", b"\n", b"\0"))
        assert not any(line.startswith((b"Made", b"<p>")) for line in lines)
    assert exchange.response.headers == [evil]


def test_few_bytes_cannot_become_many():
    """Thousands of references to one large field: the browser gives up, and so do we."""
    pair = Pair()
    number = pair.ask(question("/"))
    pair.answer(pair.ask(question("/first")), [OK], b"first")
    large = pair.server.encoder.encode([OK, (b"x", b"y" * 4_000)])
    bomb = large + b"\xbe" * 16_000
    frame = HeadersFrame(number, flags=["END_HEADERS"])
    frame.data = bomb
    for _ in range(200):
        pair.received += frame.serialize()
    tracemalloc.start()
    exchanges, problem = pair.read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20
    assert problem
    assert exchanges[1].response.body == b"first"


@settings(max_examples=200)
@given(st.data())
def test_flipped_bytes_never_raise_anything_else(data):
    pair = Pair()
    for number in range(3):
        asked = pair.ask(question(f"/{number}", "POST", (b"x", b"y" * 30)), b"up" * 20)
        pair.answer(asked, [OK, (b"z", b"%d" % number)], b"down" * 40, trailers=[(b"t", b"1")])
    streams = [pair.sent, pair.received]
    for _ in range(data.draw(st.integers(1, 5))):
        stream = data.draw(st.sampled_from(streams))
        stream[data.draw(st.integers(0, len(stream) - 1))] ^= data.draw(st.integers(1, 255))
    pair.read()


@settings(max_examples=200)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_garbage_never_raises_anything_else(sent, received):
    read(sent, received)
    read(PREFACE + sent, received)


@settings(max_examples=100)
@given(st.binary(min_size=1, max_size=60), st.sampled_from([0x0, 0x4, 0x5, 0xC, 0x2C, 0x24]))
def test_any_block_of_fields_is_read_or_told(block, flags):
    pair = Pair()
    number = pair.ask(question("/"))
    head = len(block).to_bytes(3, "big") + bytes([1, flags]) + number.to_bytes(4, "big")
    pair.inject(head + block)
    [_], _ = pair.read()


def test_streams_that_nobody_asked_for_are_no_exchanges():
    pair = Pair()
    frames = random.Random(9)
    for _ in range(50):
        frame = HeadersFrame(frames.randrange(2, 1 << 20, 2), flags=["END_HEADERS"])
        frame.data = b"\x88"
        pair.inject(frame.serialize())
    assert pair.read() == ([], None)
