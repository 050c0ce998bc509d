"""HTTP/2: streams put together from frames, with `h2` at both ends of the wire."""

import random

import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.wire.exchange import Truncation
from capture.wire.http2 import read_exchanges
from capture.wire.stream import Stream
from tests.capture.wire.http2_pair import Pair, frame_types, question, read

OK = (b":status", b"200")
LARGE = [(b"x-large-%d" % number, random.Random(number).randbytes(3_000).hex().encode())
         for number in range(8)]  # fmt: skip


def test_an_exchange_as_it_was():
    pair = Pair()
    number = pair.ask(question("/post?x=1", "POST", (b"content-type", b"text/plain")), b"hello")
    pair.answer(number, [OK, (b"content-type", b"text/html"), (b"set-cookie", b"a=1"),
                         (b"set-cookie", b"b=2")], b"<p>", b"hi</p>")  # fmt: skip
    [exchange], problem = pair.read()
    assert problem is None
    assert (exchange.url, exchange.method) == ("https://a.test/post?x=1", "POST")
    assert (exchange.status, exchange.protocol, exchange.connection) == (200, "h2", 3)
    assert exchange.truncated is None
    assert exchange.request.head == (
        b"POST /post?x=1 HTTP/2\r\nhost: a.test\r\ncontent-type: text/plain\r\n\r\n"
    )
    assert exchange.request.body == exchange.request.entity == b"hello"
    assert exchange.response.head == (
        b"HTTP/2 200 \r\ncontent-type: text/html\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
    )
    assert exchange.response.body == b"<p>hi</p>"
    assert exchange.response.made
    assert exchange.request.made


def test_many_streams_in_one_another():
    pair, data = Pair(), random.Random(5)
    bodies = {
        pair.ask(question(f"/{n}")): data.randbytes(data.randrange(60_000)) for n in range(40)
    }
    open_streams = {number: memoryview(body) for number, body in bodies.items()}
    for number in bodies:
        pair.server.send_headers(number, [OK])
    while open_streams:
        number = data.choice(list(open_streams))
        piece = open_streams[number][: data.randrange(1, 9_000)]
        rest = open_streams[number][len(piece) :]
        pair.server.send_data(number, bytes(piece), end_stream=not rest)
        pair.move()
        if rest:
            open_streams[number] = rest
        else:
            del open_streams[number]
    exchanges, problem = pair.read()
    assert problem is None
    assert [each.url for each in exchanges] == [f"https://a.test/{n}" for n in range(40)]
    assert [each.response.body for each in exchanges] == list(bodies.values())


def test_large_fields_go_on_in_further_frames():
    pair = Pair()
    number = pair.ask(question("/", "GET", *LARGE))
    pair.answer(number, [OK, *LARGE], b"body", trailers=LARGE)
    assert ContinuationFrame.type in frame_types(pair.received)
    [exchange], problem = pair.read()
    assert problem is None
    assert exchange.request.headers == LARGE
    assert exchange.response.headers == LARGE
    assert exchange.response.body == b"body"


def test_padding_is_no_content():
    pair = Pair()
    number = pair.ask(question("/"))
    pair.answer(number, [OK], b"a" * 40_000, b"b", padding=200)
    [exchange], _ = pair.read()
    assert exchange.response.body == b"a" * 40_000 + b"b"


def test_trailers_are_not_another_response():
    pair = Pair()
    number = pair.ask(question("/"), b"up", trailers=[(b"x-sum", b"1")])
    pair.answer(number, [OK], b"down", trailers=[(b"x-sum", b"2")])
    [exchange], problem = pair.read()
    assert problem is None
    assert (exchange.status, exchange.response.body) == (200, b"down")
    assert exchange.request.body == b"up"
    assert exchange.truncated is None


def test_interim_answers_are_kept_beside_the_final_one():
    pair = Pair()
    number = pair.ask(question("/"))
    pair.server.send_headers(number, [(b":status", b"103"), (b"link", b"</a.css>")])
    pair.answer(number, [(b":status", b"404")], b"gone")
    [exchange], _ = pair.read()
    assert exchange.interim == [b"HTTP/2 103 \r\nlink: </a.css>\r\n\r\n"]
    assert (exchange.status, exchange.response.body) == (404, b"gone")


@pytest.mark.parametrize("end", ["server", "client"])
def test_a_reset_stream_is_cut_and_the_others_are_not(end):
    pair = Pair()
    cut, whole, unanswered = (
        pair.ask(question("/a")),
        pair.ask(question("/b")),
        pair.ask(question("/c")),
    )
    pair.server.send_headers(cut, [OK])
    pair.server.send_data(cut, b"half")
    pair.move()
    getattr(pair, end).reset_stream(cut, ErrorCodes.CANCEL)
    getattr(pair, end).reset_stream(unanswered, ErrorCodes.REFUSED_STREAM)
    pair.answer(whole, [OK], b"whole")
    exchanges, problem = pair.read()
    assert problem is None
    assert [each.truncated for each in exchanges] == [
        Truncation.DISCONNECT, None, Truncation.DISCONNECT]  # fmt: skip
    assert exchanges[0].response.body == b"half"
    assert exchanges[2].response is None


def test_the_tables_of_hpack_change_their_size():
    pair = Pair()
    for size in (65_536, 0, 100, 4_096):
        for end in (pair.client, pair.server):
            end.update_settings({SettingCodes.HEADER_TABLE_SIZE: size})
        pair.move()
        for n in range(5):
            number = pair.ask(question(f"/{size}/{n}", "GET", (b"x-common", b"y" * 50)))
            pair.answer(number, [OK, (b"x-number", b"%d" % n), (b"x-common", b"z" * 50)], b"")
    exchanges, problem = pair.read()
    assert problem is None
    assert len(exchanges) == 20
    assert all(each.response.header(b"x-common") == b"z" * 50 for each in exchanges)


def test_frames_of_no_interest_are_passed_over():
    pair = Pair()
    number = pair.ask(question("/"))
    pair.server.ping(b"12345678")
    pair.inject(PriorityFrame(number, depends_on=0, stream_weight=9).serialize())
    pair.inject(b"\x00\x00\x03\xfa\x00\x00\x00\x00\x01abc")  # a type that nobody knows
    pair.received += PingFrame(0, b"12345678").serialize()
    promise = PushPromiseFrame(number, promised_stream_id=2, flags=["END_HEADERS"])
    promise.data = pair.server.encoder.encode([(b":path", b"/pushed"), (b"x-in-table", b"1")])
    pair.received += promise.serialize()
    pair.client.decoder.decode(promise.data)
    pair.answer(number, [OK, (b"x-in-table", b"1")], b"body")
    exchanges, problem = pair.read()
    assert problem is None
    assert [each.url for each in exchanges] == ["https://a.test/"]
    assert exchanges[0].response.headers == [(b"x-in-table", b"1")]


def test_a_head_request_and_an_empty_answer():
    pair = Pair()
    pair.answer(pair.ask(question("/", "HEAD")), [OK, (b"content-length", b"99")])
    pair.answer(pair.ask(question("/no")), [(b":status", b"204")])
    exchanges, problem = pair.read()
    assert problem is None
    assert [(each.status, each.response.body, each.truncated) for each in exchanges] == [
        (200, b"", None), (204, b"", None)]  # fmt: skip


def test_a_websocket_is_a_stream_that_stays_open():
    pair = Pair()
    number = pair.client.get_next_available_stream_id()
    pair.client.send_headers(number, question("/chat", "CONNECT", (b":protocol", b"websocket")))
    pair.move()
    pair.server.send_headers(number, [OK, (b"sec-websocket-extensions", b"x")])
    pair.client.send_data(number, b"\x81\x80mask")
    pair.server.send_data(number, b"\x81\x02hi")
    pair.move()
    streams = Stream([(1, bytes(pair.sent))]), Stream([(2, bytes(pair.received))])
    [(exchange, asked, answered)] = read_exchanges(0, "https", *streams)
    assert (exchange.method, exchange.status) == ("CONNECT", 200)
    assert dict(asked.blocks[0].fields)[b":protocol"] == b"websocket"
    assert (asked.data.data, answered.data.data) == (b"\x81\x80mask", b"\x81\x02hi")


def test_times_are_those_of_the_frames():
    pair = Pair()
    number = pair.ask(question("/"))
    before = len(pair.received)
    pair.server.send_headers(number, [OK])
    pair.move()
    middle = len(pair.received)
    pair.server.send_data(number, b"x" * 100, end_stream=True)
    pair.move()
    pieces = [pair.received[:before], pair.received[before:middle], pair.received[middle:]]
    received = Stream((time, bytes(piece)) for time, piece in enumerate(pieces))
    [(exchange, _, _)] = read_exchanges(0, "https", Stream([(1, bytes(pair.sent))]), received)
    assert (exchange.response.first_byte_ns, exchange.response.last_byte_ns) == (1, 2)


@settings(max_examples=30)
@given(st.data())
def test_cut_anywhere_what_came_is_there(data):
    """Also the part of a DATA frame that came: the page saw it."""
    pair = Pair()
    body = random.Random(7).randbytes(30_000)
    padding = data.draw(st.sampled_from([None, 0, 50]))
    pair.answer(pair.ask(question("/")), [OK], body, padding=padding)
    length = data.draw(st.integers(0, len(pair.received) - 1))
    [exchange], problem = read(pair.sent, pair.received[:length])
    assert problem is None
    assert exchange.truncated is Truncation.DISCONNECT
    got = exchange.response.body if exchange.response else b""
    assert body.startswith(got)
    assert len(got) >= length - 3 * 300 - 120 - (0 if padding is None else 3 * padding)


def test_the_cut_frame_itself():
    for flags, payload in ((set(), b"abc"), ({"PADDED"}, b"\x05abc")):
        pair = Pair()
        number = pair.ask(question("/"))
        pair.server.send_headers(number, [OK])
        frame = DataFrame(number, b"abcdef", flags=["PADDED"] if flags else [])
        frame.pad_length = 5 if flags else 0
        pair.inject(frame.serialize()[: 9 + len(payload)])
        [exchange], problem = pair.read()
        assert (exchange.response.body, problem) == (b"abc", None)
        assert exchange.truncated is Truncation.DISCONNECT
