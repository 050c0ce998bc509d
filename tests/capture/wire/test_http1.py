"""HTTP/1: what was said is what is read, however it is framed and wherever it is cut."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.wire.exchange import Exchange, HttpProblem, Truncation
from capture.wire.http1 import read_exchanges
from capture.wire.stream import Stream


def stream(data: bytes) -> Stream:
    return Stream([(1, bytes(data))])


def read(sent: bytes, received: bytes, *, closed=True) -> tuple[list[Exchange], str | None]:
    """The exchanges, and the problem where there is one. Any other exception fails the test."""
    found: list[Exchange] = []
    try:
        for exchange, _, _ in read_exchanges(
            7, "https", stream(sent), stream(received), server_closed=closed
        ):
            found.append(exchange)
    except HttpProblem as problem:
        return found, str(problem)
    return found, None


def pieces(exchanges) -> tuple[bytes, bytes]:
    """Everything that the messages hold, put together again."""
    sent = b"".join(each.request.head + each.request.body for each in exchanges)
    received = b""
    for each in exchanges:
        received += b"".join(each.interim)
        if each.response is not None and not each.response.made:
            received += each.response.head + each.response.body
    return sent, received


token = st.text("abcdefghijklmnopqrstuvwxyzABCDEFG-", min_size=1, max_size=12).map(str.encode)
value = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"),
    max_size=20,
).map(lambda text: text.encode("latin-1"))
framing = {b"content-length", b"transfer-encoding", b"upgrade", b"host"}
headers = st.lists(st.tuples(token.filter(lambda t: t.lower() not in framing), value), max_size=5)
line_end = st.sampled_from([b"\r\n", b"\n"])


@dataclass
class Said:
    """A message on the wire, and what it says."""

    wire: bytes
    entity: bytes
    method: str = ""
    status: int = 0


@st.composite
def chunked(draw, entity: bytes) -> bytes:
    out, at = b"", 0
    while at < len(entity):
        size = draw(st.integers(1, len(entity) - at))
        shape = draw(st.sampled_from([b"%x", b"%X", b"000%x", b"%x  "]))
        extension = draw(st.sampled_from([b"", b";a=b", b' ; name="v;"', b";\r"]))
        data = entity[at : at + size]
        out += shape % size + extension + draw(line_end) + data + draw(line_end)
        at += size
    trailers = b"".join(name + b": x\r\n" for name in draw(st.lists(token, max_size=2)))
    return out + b"0" + draw(line_end) + trailers + draw(line_end)


@st.composite
def framed(draw, first_line: bytes, entity: bytes, *, may_close: bool, empty: bool) -> Said:
    fields, end = draw(headers), draw(line_end)
    kinds = ["length", "chunks"] + (["close"] if may_close else [])
    kind = draw(st.sampled_from(kinds))
    body = entity
    if kind == "length":
        fields.append((b"Content-LENGTH", b"%d" % len(entity)))
    elif kind == "chunks":
        fields.append((b"Transfer-Encoding", draw(st.sampled_from([b"chunked", b"gzip, Chunked"]))))
        body = draw(chunked(entity))
    space = draw(st.sampled_from([b" ", b"", b"\t "]))
    head = first_line + end + b"".join(n + b":" + space + v + end for n, v in fields) + end
    if empty:
        return Said(head, b"")
    return Said(head + body, entity)


@st.composite
def conversation(draw) -> list[tuple[Said, Said]]:
    count, turns = draw(st.integers(1, 4)), []
    for number in range(count):
        method = draw(st.sampled_from(["GET", "POST", "HEAD", "PATCH", "OPTIONS"]))
        status = draw(st.sampled_from([200, 204, 205, 206, 304, 301, 404, 500]))
        line = f"{method} /path?q={number} HTTP/1.1".encode()
        question = draw(framed(line, draw(st.binary(max_size=60)), may_close=False, empty=False))
        reason = draw(st.sampled_from([b" OK", b"", b" ", b" \xe4\xf6 : odd  ", b" HTTP/9.9 999"]))
        empty = method == "HEAD" or status in {204, 205, 304}
        answer = draw(
            framed(
                b"HTTP/1.1 %d" % status + reason,
                draw(st.binary(max_size=200)),
                may_close=number == count - 1,
                empty=empty,
            )
        )
        interim = draw(st.lists(st.sampled_from([b"100 Continue", b"103 Early Hints"]), max_size=2))
        before = b"".join(b"HTTP/1.1 " + each + b"\r\nLink: x\r\n\r\n" for each in interim)
        answer.wire = before + answer.wire
        question.method, answer.status = method, status
        turns.append((question, answer))
    return turns


@settings(max_examples=150)
@given(conversation())
def test_round_trip(turns):
    sent = b"".join(question.wire for question, _ in turns)
    received = b"".join(answer.wire for _, answer in turns)
    exchanges, problem = read(sent, received)
    assert problem is None
    assert pieces(exchanges) == (sent, received)
    assert len(exchanges) == len(turns)
    for exchange, (question, answer) in zip(exchanges, turns, strict=True):
        assert (exchange.method, exchange.status) == (question.method, answer.status)
        assert exchange.request.entity == question.entity
        assert exchange.response.entity == answer.entity
        assert exchange.truncated is None
        assert exchange.connection == 7


@settings(max_examples=40, deadline=None)
@given(conversation())
def test_cut_at_every_byte(turns):
    """Whatever is missing is told, and what is there is what was said."""
    sent = b"".join(question.wire for question, _ in turns)
    received = b"".join(answer.wire for _, answer in turns)
    for length in range(len(received)):
        exchanges, problem = read(sent, received[:length], closed=False)
        assert problem or any(each.truncated for each in exchanges)
        assert received.startswith(pieces(exchanges)[1])
        assert all(each.truncated for each in exchanges if each.response is None)
    for length in range(1, len(sent)):
        exchanges, problem = read(sent[:length], received, closed=False)
        assert problem or pieces(exchanges)[0] == sent[:length]
        assert sent.startswith(pieces(exchanges)[0])


@settings(max_examples=200)
@given(st.binary(max_size=120), st.binary(max_size=120), st.booleans())
def test_garbage_never_raises_anything_else(sent, received, closed):
    read(sent, received, closed=closed)
    read(b"GET / HTTP/1.1\r\n\r\n" + sent, b"HTTP/1.1 200 OK\r\n" + received, closed=closed)
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + received
    read(b"GET / HTTP/1.1\r\n\r\n", chunks, closed=closed)


@given(conversation(), st.data())
def test_flipped_bytes_never_raise_anything_else(turns, data):
    for which in (0, 1):
        both = [bytearray(b"".join(turn[side].wire for turn in turns)) for side in (0, 1)]
        at = data.draw(st.integers(0, len(both[which]) - 1))
        both[which][at] ^= data.draw(st.integers(1, 255))
        exchanges, _ = read(*map(bytes, both))
        for kept, whole in zip(pieces(exchanges), both, strict=True):
            if not any(each.response and each.response.made for each in exchanges):
                assert whole.startswith(kept)


@pytest.mark.parametrize(
    ("line", "host", "url"),
    [
        (b"GET /a?b HTTP/1.1", b"a.test:8443", "https://a.test:8443/a?b"),
        (b"GET http://other.test/x HTTP/1.1", b"a.test", "http://other.test/x"),
        (b"OPTIONS * HTTP/1.1", b"a.test", "*"),
        (b"GET /\xe4\xf6 HTTP/1.1", b"a.test", "https://a.test/\xe4\xf6"),
        (b"GET / HTTP/1.1", b"[::1]:80", "https://[::1]:80/"),
    ],
)
def test_the_url_is_put_together_as_the_browser_meant_it(line, host, url):
    [exchange], _ = read(line + b"\r\nhost: " + host + b"\r\n\r\n", b"")
    assert exchange.url == url


def test_times_are_those_of_the_first_and_last_byte():
    sent = Stream([(10, b"GET / HT"), (11, b"TP/1.1\r\n\r\n")])
    answer = [(20, b"HTTP/1.1 200 OK\r\nCon"), (21, b"tent-Length: 4\r\n\r\nab"), (22, b"cd")]
    [(exchange, _, _)] = read_exchanges(0, "http", sent, Stream(answer), server_closed=True)
    assert (exchange.request.first_byte_ns, exchange.request.last_byte_ns) == (10, 11)
    assert (exchange.response.first_byte_ns, exchange.response.last_byte_ns) == (20, 22)


def test_after_a_switch_of_protocols_it_says_where_the_handshake_ends():
    handshake = b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    agreed = b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"
    ends = read_exchanges(
        0,
        "http",
        stream(handshake + b"\x81\x00"),
        stream(agreed + b"\x81\x00"),
        server_closed=False,
    )
    [(exchange, asked, answered)] = ends
    assert (exchange.status, asked, answered) == (101, len(handshake), len(agreed))
    assert exchange.truncated is None


def test_no_answer_at_all_is_a_cut():
    [exchange], problem = read(b"GET / HTTP/1.1\r\n\r\n", b"")
    assert (exchange.status, exchange.response, problem) == (None, None, None)
    assert exchange.truncated is Truncation.DISCONNECT
