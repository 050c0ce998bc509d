"""Whatever a server or a page puts into names and heads: the records stay sound."""

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from capture.archive.warc import target_uri
from capture.wire.exchange import Message
from tests.capture.archive.samples import (
    GET,
    NS,
    exchanges,
    made_exchange,
    only,
    reading,
    records,
    write,
)

INJECTIONS = {
    "a field": "https://a.test/\r\nWARC-IP-Address: 198.51.100.66",
    "another line end": "https://a.test/\nX: 1",
    "the end of the head": "https://a.test/\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>never sent</p>",
    "a folded line": "https://a.test/\r\n X",
    "carriage returns": "https://a.test/\rX: 1\r",
    "NUL": "https://a.test/\0",
    "spaces": "https://a.test/a b\tc",
    "angle brackets": "<https://a.test/>",
    "bytes above ASCII": "https://a.test/\xe4\x85\xa0\xff",
    "an old line separator": "https://a.test/\x0b\x0c\x1c\x1d\x1e\x85X: 1",
    "nothing": "",
    "no scheme": "*",
    "another scheme": "ftp://a.test/",
    "very long": "https://a.test/" + "a" * 2_000_000,
}
HEADS = {
    "a blank line of spaces": b"HTTP/1.1 200 OK\r\nA: 1\r\n  \t\r\nB: 2\r\n\r\n",
    "a blank line of other white space": b"HTTP/1.1 200 OK\nA: 1\n\x0b\x1c\x85\nB: 2\n\n",
    "a no-break space": b"HTTP/1.1 200 OK\r\n\xc2\xa0\r\nB: 2\r\n\r\n",
    "line ends first": b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "only the status line": b"HTTP\n\n",
    "folded lines": b"HTTP/1.1 200 OK\r\nA: 1\r\n 2\r\n\t3\r\n\r\n",
    "no colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n: x\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nA: \0\r\n\0: 1\r\n\r\n",
    "not UTF-8": b"HTTP/1.1 200 \xff\r\nA\xfe: \xfd\r\n\r\n",
    "carriage returns": b"HTTP/1.1 200 OK\rA: 1\r\r\n\r\n",
    "a WARC record": b"HTTP/1.1 200 OK\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.warc.gz"


def check(path):
    """As `warcio check`: every record is found where it should be, with its digests."""
    kinds = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            record.content_stream().read()
            assert record.digest_checker.passed is True, record.digest_checker.problems
            kinds.append(record.rec_type)
    return kinds


@pytest.mark.parametrize("url", INJECTIONS.values(), ids=INJECTIONS)
def test_a_url_cannot_break_its_record(path, url):
    warc = write(path, reading(made_exchange(url)), reading(made_exchange("https://b.test/")))
    assert check(path) == ["warcinfo", "request", "response", "request", "response"]
    response = next(each for each in records(path) if each["WARC-Type"] == "response")
    names = [name for name, _ in response.all]
    assert names.count("WARC-IP-Address") == 1
    assert response["WARC-IP-Address"] == "192.0.2.9"
    assert response["WARC-Target-URI"] == warc.entries[0].url
    assert all("!" <= character <= "~" for character in warc.entries[0].url)
    assert unquote_to_bytes(warc.entries[0].url) == url.encode("latin-1")


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_a_uri_stands_for_the_same_bytes(url):
    uri = target_uri(url)
    assert all("!" <= character <= "~" for character in uri)
    assert unquote_to_bytes(uri) == unquote_to_bytes(url.encode("latin-1"))
    assert target_uri(uri) == uri


def test_a_character_that_no_wire_carried_does_not_raise():
    assert target_uri("https://a.test/\u20ac\ud800") == "https://a.test/??"


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("url", ["https://a.test/", "wss://a.test/", "*"])
def test_a_head_cannot_break_its_record(path, head, url):
    """A server must not be able to make the evidence fail the check of stock programs."""
    response = Message(head, [], b"body\r\n\r\nmore", b"body", NS, NS)
    write(path, reading(made_exchange(url, response=response)))
    assert check(path) == ["warcinfo", "request", "response"]
    assert only(path, "response").block == head + b"body\r\n\r\nmore"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120), st.binary(max_size=60), st.text(st.characters(max_codepoint=0xFF)))
def test_nothing_at_all_can_break_a_record(tmp_path, head, body, url):
    path = tmp_path / "any.warc.gz"
    path.unlink(missing_ok=True)
    request = Message(body + head, [], head, head, NS, NS)
    response = Message(head, [(b"content-type", head)], body, body, NS, NS)
    exchange = made_exchange(url, request=request, response=response, interim=[head])
    warc = write(path, reading(exchange))
    assert check(path) == ["warcinfo", "request", "metadata", "response"]
    kept = records(path)
    assert [each.block for each in kept[1:]] == [body + head + head, head, head + body]
    assert len(kept) == warc.records


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n \r\nContent-Length: 5\r\n\r\nhello",
        b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"<html>no head at all</html>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip",
        b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
    ],
)
def test_sloppy_answers_pass_the_check_and_read_back_as_they_came(path, answer):
    write(path, reading(*exchanges(GET, answer)))
    check(path)
    blocks = [record.block for record in records(path)[2:]]
    assert b"".join(blocks).removeprefix(b"HTTP/0.9 200 OK\r\n\r\n") == answer


def test_a_content_type_from_the_wire_stays_in_its_block(path):
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: te\rxt\x0b/\xe4; x\r\n\r\nhello"
    warc = write(path, reading(*exchanges(GET, answer)))
    assert only(path, "response")["Content-Type"] == "application/http; msgtype=response"
    assert warc.entries[0].mime == "te\rxt\x0b/\xe4"
