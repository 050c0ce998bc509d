"""Sloppy and sly HTTP/1 answers end where Chromium ends them (see `capture.wire.http1`)."""

import pytest

from capture.wire.exchange import HttpProblem, Truncation
from capture.wire.http1 import read_exchanges
from capture.wire.stream import Stream

GET = b"GET /page HTTP/1.1\r\nHost: a.test\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
BODY = b"5\r\nhello\r\n0\r\n\r\n"


def read(received: bytes, *, sent: bytes = GET, closed: bool = True, scheme: str = "http"):
    """The exchanges and the problem, if any."""
    found, problem = [], None
    try:
        streams = Stream([(1, sent)]), Stream([(2, received)])
        for exchange, _, _ in read_exchanges(0, scheme, *streams, server_closed=closed):
            found.append(exchange)
    except HttpProblem as error:
        problem = str(error)
    return found, problem


@pytest.mark.parametrize(
    ("headers", "entity", "truncated"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"hello", None),
        (
            b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
            b"hello",
            None,
        ),
        (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", b"hello", None),
        (b"transfer-encoding: GZIP , CHUNKED\r\n", b"hello", None),
        (b"Transfer-Encoding:\r\n chunked\r\n", b"hello", None),
        (b"Transfer-Encoding : chunked\r\n", b"hello", None),
        (b"Transfer-Encoding: xchunked\r\n", BODY, None),
        (b"Transfer-Encoding: chunked;q=1\r\n", BODY, None),
        (b"Transfer-Encoding: identity\r\n", BODY, None),
        (b"Content-Length: 15\r\nContent-Length: 15\r\n", BODY, None),
        (b"Content-Length: 15, 15\r\n", BODY, None),
        (b"Content-Length : 15\r\n", BODY, None),
        (b"Content-Length:\r\n\t15\r\n", BODY, None),
        (b"Content-Length: 0000000000000000000000000015\r\n", BODY, None),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", BODY, Truncation.DISCONNECT),
        (b"Content-Length: 3, 4\r\n", BODY, Truncation.DISCONNECT),
        (b"Content-Length: 16\r\n", BODY, Truncation.DISCONNECT),
        (b"Content-Length: 9223372036854775807\r\n", BODY, Truncation.DISCONNECT),
        (b"Content-Length: 9223372036854775808\r\n", BODY, None),
        (b"Content-Length: " + b"9" * 5_000 + b"\r\n", BODY, None),
        (b"Content-Length: -3\r\n", BODY, None),
        (b"Content-Length: +3\r\n", BODY, None),
        (b"Content-Length: 3 3\r\n", BODY, None),
        (b"Content-Length: 0x3\r\n", BODY, None),
        (b"Content-Length: \xb2\r\n", BODY, None),
        (b"Content-Length:\r\n", BODY, None),
        (b"X: a\r\n Content-Length: 3\r\n", BODY, None),
        (b" Content-Length: 3\r\n", BODY, None),
        (b"no colon at all\r\n: no name\r\n", BODY, None),
        (b"", BODY, None),
    ],
)
def test_where_a_body_ends(headers, entity, truncated):
    [exchange], problem = read(OK + headers + b"\r\n" + BODY)
    assert exchange.response.entity == entity
    assert exchange.response.head + exchange.response.body == OK + headers + b"\r\n" + BODY
    assert exchange.truncated is truncated
    assert problem is None


def test_chunks_do_not_count_in_http_1_0():
    [exchange], _ = read(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY)
    assert exchange.response.entity == BODY
    assert exchange.protocol == "http/1.0"


@pytest.mark.parametrize(
    ("body", "entity", "is_whole"),
    [
        (b"0005\r\nhello\r\n0000\r\n\r\n", b"hello", True),
        (b"0000000000000000000005\r\nhello\r\n0\r\n\r\n", b"hello", True),
        (b"5   \r\nhello\r\n0\r\n\r\n", b"hello", True),
        (b'5 ;a="b\r"\r\nhello\r\n0;last\r\nTrailer: x\r\n\r\n', b"hello", True),
        (b"5\nhello\n0\n\n", b"hello", True),
        (b"5\r\nhello0\r\n\r\n", b"hello", False),
        (b"5\r\nhello!\r\n0\r\n\r\n", b"hello", False),
        (b"5\r\nhel", b"hel", False),
        (b"5\r\nhello\r\n", b"hello", False),
        (b"5\r\nhello\r\n0\r\n", b"hello", False),
        (b"5\r\nhello\r\n0\r\nTrailer: x\r\n", b"hello", False),
        (b"+5\r\nhello\r\n0\r\n\r\n", b"", False),
        (b"-5\r\nhello\r\n0\r\n\r\n", b"", False),
        (b"0x5\r\nhello\r\n0\r\n\r\n", b"", False),
        (b" 5\r\nhello\r\n0\r\n\r\n", b"", False),
        (b"5\thello\r\n0\r\n\r\n", b"", False),
        (b"\r\n5\r\nhello\r\n0\r\n\r\n", b"", False),
        (b"fffffffffffffffff\r\nhello", b"", False),
        (b"7fffffffffffff\r\nhello", b"hello", False),
        (b"", b"", False),
    ],
)
def test_chunks(body, entity, is_whole):
    answer = OK + b"Transfer-Encoding: chunked\r\n\r\n" + body
    [exchange], problem = read(answer)
    assert exchange.response.entity == entity
    assert exchange.response.head + exchange.response.body == answer
    assert (exchange.truncated is None) == is_whole
    assert problem is None


@pytest.mark.parametrize(
    ("line", "status", "protocol"),
    [
        (b"HTTP/1.1 200 OK", 200, "http/1.1"),
        (b"HTTP/1.0 404", 404, "http/1.0"),
        (b"http/1.1 404 small", 404, "http/1.1"),
        (b"HTTP/1.1    404   wide", 404, "http/1.1"),
        (b"HTTP/1.1 OK", 200, "http/1.1"),
        (b"HTTP/1.1", 200, "http/1.1"),
        (b"HTTP", 200, "http/1.0"),
        (b"HTTP/0.9 200 OK", 200, "http/1.0"),
        (b"HTTP/1.2 200 OK", 200, "http/1.1"),
        (b"HTTP/2.0 200 OK", 200, "http/1.1"),
        (b"HTTP/1.01 404", 404, "http/1.0"),
        (b"HTTP/x 404", 404, "http/1.0"),
        (b"HTTP/1.1 000", 0, "http/1.1"),
        (b"HTTP/1.1 999 odd", 999, "http/1.1"),
        (b"HTTP/1.1 " + b"9" * 5_000, 999_999_999, "http/1.1"),
        (b"\r\nHTTP/1.1 404", 404, "http/1.1"),
        (b"\0\1\2\3HTTP/1.1 404", 404, "http/1.1"),
    ],
)
def test_status_lines(line, status, protocol):
    [exchange], problem = read(line + b"\r\nContent-Length: 2\r\n\r\nhi")
    assert (exchange.status, exchange.protocol) == (status, protocol)
    assert exchange.response.head.startswith(line)
    assert exchange.response.entity == b"hi"
    assert problem is None


def test_an_answer_without_a_status_line_is_http_0_9_on_the_schemes_own_port():
    """Chromium shows it as a page, so it must be in the archive."""
    page = b"<html>no head at all\r\n\r\n</html>"
    for scheme in ("http", "https"):
        [exchange], problem = read(page, scheme=scheme)
        assert (exchange.status, exchange.protocol, problem) == (200, "http/0.9", None)
        assert (exchange.response.body, exchange.response.made) == (page, True)
        assert exchange.response.head == b"HTTP/0.9 200 OK\r\n\r\n"
    [exchange], _ = read(page, closed=False)
    assert exchange.truncated is Truncation.DISCONNECT


def test_on_another_port_it_is_no_http_and_the_request_stands():
    sent = GET.replace(b"a.test", b"a.test:8080")
    [exchange], problem = read(b"220 mail.test ESMTP\r\n", sent=sent)
    assert exchange.response is None
    assert exchange.truncated is Truncation.DISCONNECT
    assert problem == "the answer at byte 0 does not start with a status line"


@pytest.mark.parametrize("cut", [b"H", b"HTT", b"\r\nHT", b"HTTP/1.1 200 OK\r\nContent-Le", b"ab"])
def test_an_answer_cut_in_its_head_is_told(cut):
    [exchange], problem = read(cut)
    assert (exchange.response, exchange.truncated) == (None, Truncation.DISCONNECT)
    assert "cut within" in problem or "no end of head" in problem


def test_a_head_without_end_does_not_take_for_ever():
    [exchange], problem = read(OK + b"X: " + b"y" * (3 << 20))
    assert exchange.response is None
    assert "no end of head" in problem


def test_interim_answers_are_kept_beside_the_final_one():
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    [exchange], _ = read(b"HTTP/1.1 100 Continue\r\n\r\n" + hints + OK + b"\r\nhello")
    assert exchange.interim == [b"HTTP/1.1 100 Continue\r\n\r\n", hints]
    assert exchange.response.entity == b"hello"


def test_only_interim_answers_are_no_answer():
    [exchange], problem = read(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    assert (exchange.status, exchange.response, problem) == (None, None, None)
    assert exchange.truncated is Truncation.DISCONNECT


def test_bytes_that_belong_to_no_request_are_told():
    """Unasked answers, or more than the length that was said: the browser never shows them."""
    [exchange], problem = read(OK + b"Content-Length: 2\r\n\r\nhi, there")
    assert exchange.response.entity == b"hi"
    assert problem == "the last 7 bytes that came belong to no request"
    assert read(b"HTTP/1.1 408 Request Timeout\r\n\r\n", sent=b"")[1]


@pytest.mark.parametrize(
    "sent",
    [
        *(b"GET / HTTP/1.1\r\nHost: a", b"nonsense\r\n\r\n", b"GET /\r\n\r\n", b"\x16\x03"),
        *(b"A B C D\r\n\r\n", b"\r\n\r\n"),
    ],
)
def test_a_request_that_is_none_is_told(sent):
    exchanges, problem = read(OK + b"\r\nhello", sent=sent)
    assert exchanges == []
    assert problem


def test_an_upload_that_is_cut_is_told():
    sent = b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"
    [exchange], problem = read(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", sent=sent)
    assert (exchange.status, exchange.request.entity) == (413, b"half")
    assert problem == "the last request is cut within its body"
