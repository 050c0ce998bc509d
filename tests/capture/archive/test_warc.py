"""The WARC file: the bytes of the wire, sound records, and the word of stock `warcio`."""

import hashlib
import json
import re
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from capture.archive.warc import WarcFile, target_uri, warc_date
from capture.wire.exchange import Truncation, WebSocketMessage
from tests.capture.archive.samples import (
    GET,
    INFO,
    NS,
    PAGE,
    exchanges,
    made_exchange,
    members,
    only,
    reading,
    records,
    write,
)

WARCIO = Path(sys.executable).with_name("warcio")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.warc.gz"


def check(path):
    """Stock `warcio check`: every digest is right. Quicker in this process than as a program."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            record.content_stream().read()
            assert record.digest_checker.passed is True, record.digest_checker.problems


def test_the_bytes_of_the_wire_and_nothing_else(path):
    chunked = b"HTTP/1.1 200 Fine\r\nTRANSFER-encoding:chunked\r\nA: 1\r\na: 2\r\n\r\n"
    chunked += b"5\r\nhello\r\n0\r\n\r\n"
    post = b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\n\0\xff\n"
    write(path, reading(*exchanges(GET + post, PAGE + chunked)))
    blocks = [(each["WARC-Type"], each.block) for each in records(path)[1:]]
    assert blocks == [
        ("request", GET),
        ("response", PAGE),
        ("request", post),
        ("response", chunked),
    ]
    check(path)


def test_stock_programs_find_no_fault(path):
    write(path, reading(*exchanges(GET, PAGE)), reading(made_exchange("https://a.test/")))
    command = [WARCIO, "check", "-v", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("digest pass") == 5
    subprocess.run([WARCIO, "index", path], capture_output=True, check=True)


def test_each_record_is_a_gzip_member_and_the_index_finds_it(path):
    warc = write(path, reading(*exchanges(GET + GET, PAGE + PAGE)))
    assert len(members(path)) == warc.records == 5
    assert warc.length == path.stat().st_size
    data = path.read_bytes()
    for entry in warc.entries:
        (path.parent / "one").write_bytes(data[entry.offset : entry.offset + entry.length])
        [record] = records(path.parent / "one")
        assert (record["WARC-Type"], record.block) == ("response", PAGE)
        assert entry.digest == record["WARC-Payload-Digest"]


def test_digests_are_sha_256_of_block_and_payload(path):
    write(path, reading(*exchanges(GET, PAGE)))
    for record in records(path):
        assert record["WARC-Block-Digest"] == f"sha256:{hashlib.sha256(record.block).hexdigest()}"
        assert "sha1" not in "".join(value for _, value in record.all)
    payload = only(path, "response")["WARC-Payload-Digest"]
    assert payload == f"sha256:{hashlib.sha256(b'hello').hexdigest()}"


def test_the_fields_of_a_response(path):
    write(path, reading(*exchanges(GET, PAGE)))
    request, response = only(path, "request"), only(path, "response")
    assert response["WARC-Target-URI"] == "https://a.test/page?b=2&a=1"
    assert response["WARC-IP-Address"] == "192.0.2.9"
    assert response["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert response["WARC-Date"] == "2026-11-20T14:58:37.011951Z"
    assert response["Content-Type"] == "application/http; msgtype=response"
    assert request["Content-Type"] == "application/http; msgtype=request"
    protocols = [value for name, value in response.all if name == "WARC-Protocol"]
    assert protocols == ["http/1.1", "tls/1.3"]
    assert response["WARC-Cipher-Suite"] == "TLS_AES_128_GCM_SHA256"
    assert response["Holdfast-Connection"] == "3"
    assert "Holdfast-Head" not in response
    assert "WARC-Truncated" not in response


def test_a_connection_in_the_clear_and_one_without_address(path):
    write(path, reading(*exchanges(GET, PAGE, scheme="http"), tls=False, address=None))
    response = only(path, "response")
    assert "WARC-IP-Address" not in response
    assert "WARC-Cipher-Suite" not in response
    assert [value for name, value in response.all if name == "WARC-Protocol"] == ["http/1.1"]


def test_the_first_record_says_who_made_it(path):
    write(path, reading(*exchanges(GET, PAGE)))
    first, *others = records(path)
    assert first["WARC-Type"] == "warcinfo"
    assert first["WARC-Filename"] == "data.warc.gz"
    assert first.block == b"".join(f"{name}: {value}\r\n".encode() for name, value in INFO.items())
    ids = [record["WARC-Record-ID"] for record in (first, *others)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", each) for each in ids)
    assert {record["WARC-Warcinfo-ID"] for record in others} == {first["WARC-Record-ID"]}
    assert "WARC-Warcinfo-ID" not in first


def test_a_made_head_is_marked(path):
    write(path, reading(made_exchange("https://a.test/")))
    for kind in ("request", "response"):
        assert only(path, kind)["Holdfast-Head"] == "made"
    check(path)


@pytest.mark.parametrize("truncated", Truncation)
def test_a_response_that_is_not_whole_says_why(path, truncated):
    write(path, reading(made_exchange("https://a.test/", truncated=truncated)))
    assert only(path, "response")["WARC-Truncated"] == truncated.value
    assert "WARC-Truncated" not in only(path, "request")


def test_a_request_without_an_answer_is_kept(path):
    warc = write(path, reading(*exchanges(GET, b"")))
    assert [record["WARC-Type"] for record in records(path)] == ["warcinfo", "request"]
    assert warc.entries == []
    check(path)


def test_interim_answers_have_records_of_their_own(path):
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    write(path, reading(*exchanges(GET, interim + interim + PAGE)))
    kept = [each for each in records(path) if each["WARC-Type"] == "metadata"]
    assert [each.block for each in kept] == [interim, interim]
    assert {each["WARC-Concurrent-To"] for each in kept} == {
        only(path, "request")["WARC-Record-ID"]
    }
    assert only(path, "response").block == PAGE
    check(path)


def test_a_websocket_is_its_handshake_and_its_messages(path):
    said = [
        WebSocketMessage(NS, "page", "text", 'gr\u00fc\u00df \u2028 "quoted"\n'.encode()),
        WebSocketMessage(NS + 1_000, "server", "text", b"not \xff UTF-8 \\xff"),
        WebSocketMessage(NS + 2_000, "server", "binary", bytes(range(256))),
        WebSocketMessage(NS + 3_000, "page", "close", b"\x03\xe8bye"),
    ]
    exchange = made_exchange("wss://a.test/chat", websocket=said, status=101)
    write(path, reading(exchange))
    metadata = only(path, "metadata")
    assert metadata["WARC-Target-URI"] == "wss://a.test/chat"
    assert metadata["Content-Type"] == "application/vnd.holdfast.websocket+jsonl"
    lines = [json.loads(line) for line in metadata.block.split(b"\n")[:-1]]
    payloads = [
        line["text"].encode() if "text" in line else b64decode(line["base64"]) for line in lines
    ]
    assert payloads == [each.payload for each in said]
    assert [line["from"] for line in lines] == ["page", "server", "server", "page"]
    assert [line["kind"] for line in lines] == ["text", "text", "binary", "close"]
    assert [line["length"] for line in lines] == [len(each.payload) for each in said]
    assert lines[3]["time"] == "2026-11-20T14:58:37.010954Z"
    check(path)


def test_an_empty_chat_has_its_record_too(path):
    write(path, reading(made_exchange("wss://a.test/chat", websocket=[])))
    assert only(path, "metadata").block == b""
    check(path)


def test_compressed_media_is_stored_and_text_is_not(path):
    body = bytes(50_000)
    for kind, is_small in (
        *(("text/html", True), ("image/svg+xml", True), ("image/png", False), ("video/mp4", False)),
    ):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % kind.encode() + body
        name = path.with_name(kind.replace("/", "-"))
        write(name, reading(*exchanges(GET, answer)))
        assert (name.stat().st_size < 5_000) == is_small
        assert only(name, "response").block == answer


def test_an_older_file_is_never_written_over(path):
    path.write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        WarcFile(path, INFO, NS)
    assert path.read_bytes() == b"evidence"


@pytest.mark.parametrize("time_ns", [0, 999, 1_000, NS, NS // 10**9 * 10**9 + 999_999_999, 10**18])
def test_dates_have_microseconds_and_are_never_rounded_up(time_ns):
    text = warc_date(time_ns)
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    assert micros == time_ns // 1_000


def test_a_uri_is_left_as_it_is():
    for url in ("https://a.test/x?y=%20&z=[1]|{}", "http://[::1]:80/", "*", ""):
        assert target_uri(url) == url
