"""From the spool to exchanges: every kind of connection, and what stopped the reading of each."""

import asyncio

import pytest
from wsproto.events import TextMessage

from capture.egress.spool import Direction, Failure, Spool
from capture.wire.exchange import Truncation
from capture.wire.keylog import KeyLog
from capture.wire.reader import read_connections, session_keys
from capture.wire.stream import Stream
from capture.wire.tls import client_went_on
from tests.capture.wire.chat import Chat
from tests.capture.wire.handshake import V1_2, V1_3, Talk, client_context, server_context
from tests.capture.wire.http2_pair import Pair, question

GET = b"GET /%s HTTP/1.1\r\nHost: a.test\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
UPGRADE = b"GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: %s\r\n\r\n"
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: %s\r\n%s\r\n"
OK = (b":status", b"200")


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path / "spool") as spool:
        yield spool


@pytest.fixture
def keys_path(tmp_path):
    return tmp_path / "keys.log"


def carry(spool, sent=b"", received=b"", *, closed=True, host="a.test"):
    """A connection that carried these bytes."""
    connection = spool.open_connection(host, 443)
    connection.address, connection.connected_ns = "192.0.2.9", spool.now()
    for direction, data in ((Direction.SENT, sent), (Direction.RECEIVED, received)):
        for at in range(0, len(data), 1_000):
            spool.append(connection, direction, bytes(data[at : at + 1_000]))
    connection.server_closed, connection.closed_ns = closed, spool.now()
    return connection


def talk_of(keys_path, version=V1_3, protocol="http/1.1", *, sent=b"", received=b""):
    context = server_context(version=version, protocols=[protocol])
    talk = Talk(client_context(keys_path), context)
    talk.client_says(bytes(sent))
    talk.server_says(bytes(received))
    return talk


def carry_talk(spool, talk, extra=b"", **options):
    return carry(spool, b"".join(talk.sent), b"".join(talk.received) + extra, **options)


def read(spool, keys_path):
    keys = asyncio.run(session_keys(spool, KeyLog(keys_path)))
    return list(read_connections(spool, keys))


def test_plain_http(spool, keys_path):
    carry(spool, GET % b"one" + GET % b"two", ANSWER + ANSWER)
    [reading] = read(spool, keys_path)
    assert [each.url for each in reading.exchanges] == ["http://a.test/one", "http://a.test/two"]
    assert (reading.tls, reading.problem) == (None, None)


@pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])
def test_http_1_in_tls(spool, keys_path, version):
    carry_talk(spool, talk_of(keys_path, version, sent=GET % b"x", received=ANSWER))
    [reading] = read(spool, keys_path)
    [exchange] = reading.exchanges
    assert (exchange.url, exchange.response.entity) == ("https://a.test/x", b"hello")
    assert reading.tls.alpn == "http/1.1"
    assert reading.problem is None


@pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])
def test_http_2_in_tls(spool, keys_path, version):
    pair = Pair()
    pair.answer(pair.ask(question("/x")), [OK], b"hello")
    carry_talk(spool, talk_of(keys_path, version, "h2", sent=pair.sent, received=pair.received))
    [reading] = read(spool, keys_path)
    [exchange] = reading.exchanges
    assert (exchange.url, exchange.response.entity) == ("https://a.test/x", b"hello")
    assert (reading.tls.alpn, reading.problem) == ("h2", None)


def test_connections_that_carried_nothing_are_left_out(spool, keys_path):
    carry(spool)
    carry(spool, GET % b"x", ANSWER)
    assert [each.connection.number for each in read(spool, keys_path)] == [1]


def test_only_the_keys_of_these_connections_are_taken(spool, keys_path):
    mine, theirs = talk_of(keys_path, sent=b"x"), talk_of(keys_path, sent=b"x")
    carry_talk(spool, mine)
    keys = asyncio.run(session_keys(spool, KeyLog(keys_path)))
    assert set(keys) == {mine.random()}
    assert theirs.random() != mine.random()


def test_without_keys_the_connection_says_so_and_the_others_are_read(spool, tmp_path, monkeypatch):
    monkeypatch.setattr(KeyLog.wait_for, "__defaults__", (0.05,))
    carry_talk(spool, talk_of(tmp_path / "elsewhere", sent=GET % b"x", received=ANSWER))
    carry(spool, GET % b"y", ANSWER)
    closed, plain = read(spool, tmp_path / "keys.log")
    assert closed.exchanges == []
    assert "key log" in closed.problem
    assert len(plain.exchanges) == 1


def test_an_unfinished_handshake_says_so(spool, tmp_path):
    talk = talk_of(tmp_path / "keys")
    carry(spool, talk.sent[0])
    [reading] = read(spool, tmp_path / "none")
    assert (reading.problem, reading.unfinished) == (
        None,
        "the server did not answer the client hello",
    )


def test_a_browser_that_leaves_during_the_handshake_left_nothing_unread(
    spool, tmp_path, monkeypatch
):
    monkeypatch.setattr(KeyLog.wait_for, "__defaults__", (0.05,))
    talk = talk_of(tmp_path / "keys", sent=GET % b"x", received=ANSWER)
    carry(spool, talk.sent[0], talk.received[0])
    [reading] = read(spool, tmp_path / "none")
    assert (reading.problem, reading.unfinished) == (None, "the browser left during the handshake")


def test_a_certificate_that_the_browser_refuses_leaves_nothing_to_wait_for():
    alert, finished = b"\x17\x03\x03\x00\x13" + bytes(19), b"\x17\x03\x03\x00\x35" + bytes(53)
    hello, change = b"\x16\x03\x01\x00\x04\x01abc", b"\x14\x03\x03\x00\x01\x01"
    old_finished = b"\x16\x03\x03\x00\x28" + bytes(40)
    for sent, went_on in (
        (hello + change + alert, False),
        (hello + change + finished, True),
        (hello + change + old_finished, True),
        (hello + finished[:20], False),
        (b"GET / HTTP/1.1", False),
        (hello + change + b"garbage", True),
    ):
        assert client_went_on(Stream([(1, sent)])) is went_on


def test_only_a_handshake_that_went_on_is_waited_for(spool, tmp_path):
    talk = talk_of(tmp_path / "keys", sent=GET % b"x", received=ANSWER)
    carry(spool, talk.sent[0], talk.received[0])
    asked = []

    class Log(KeyLog):
        async def wait_for(self, client_randoms, time_limit_s=2):
            asked.append(set(client_randoms))
            return {}

    asyncio.run(session_keys(spool, Log(tmp_path / "none")))
    carry_talk(spool, talk)
    asyncio.run(session_keys(spool, Log(tmp_path / "none")))
    assert [len(each) for each in asked] == [0, 1]


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
def test_a_connection_that_ends_in_garbage_keeps_its_exchanges(spool, keys_path, protocol):
    pair = Pair()
    pair.answer(pair.ask(question("/x")), [OK], b"hello")
    sent, received = (pair.sent, pair.received) if protocol == "h2" else (GET % b"x", ANSWER)
    talk = talk_of(keys_path, V1_3, protocol, sent=sent, received=received)
    carry_talk(spool, talk, b"\x17\x03\x03\x00\x20" + bytes(32))
    [reading] = read(spool, keys_path)
    assert [each.response.entity for each in reading.exchanges] == [b"hello"]
    assert reading.problem == "a record does not open with the key in the key log"
    assert reading.tls.certificates


def test_http_2_that_breaks_late_keeps_its_exchanges(spool, keys_path):
    pair = Pair()
    for number in range(3):
        pair.answer(pair.ask(question(f"/{number}")), [OK], b"hello")
    pair.inject(b"\x00\x00\x00\x00\x00\x00\x00\x00\x00")  # DATA on no stream
    carry_talk(spool, talk_of(keys_path, V1_3, "h2", sent=pair.sent, received=pair.received))
    [reading] = read(spool, keys_path)
    assert [each.response.entity for each in reading.exchanges] == [b"hello"] * 3
    assert "HTTP/2 frame" in reading.problem


def test_a_websocket_in_the_clear(spool, keys_path):
    chat = Chat(deflate=True)
    said = {"page": b"", "server": b""}
    chat.say("page", TextMessage("question"))
    chat.say("server", TextMessage("answer " * 40))
    for who in said:
        said[who] = b"".join(piece for _, piece in chat.pieces[who])
    extensions = b"Sec-WebSocket-Extensions: " + chat.extensions + b"\r\n"
    switched = SWITCHED % (b"websocket", extensions)
    carry(spool, UPGRADE % b"WebSocket" + said["page"], switched + said["server"], closed=False)
    [reading] = read(spool, keys_path)
    [exchange] = reading.exchanges
    assert exchange.url == "ws://a.test/chat"
    assert [each.payload for each in exchange.websocket] == [b"question", b"answer " * 40]
    assert (exchange.truncated, reading.problem) == (None, None)
    assert exchange.response.body == b""


def test_a_websocket_in_http_2(spool, keys_path):
    pair = Pair()
    number = pair.client.get_next_available_stream_id()
    pair.client.send_headers(number, question("/chat", "CONNECT", (b":protocol", b"websocket")))
    pair.move()
    pair.server.send_headers(number, [OK])
    pair.client.send_data(number, b"\x82\x83\0\0\0\0abc")
    pair.server.send_data(number, b"\x81\x02hi\x81\x05cut")
    pair.move()
    carry_talk(spool, talk_of(keys_path, V1_3, "h2", sent=pair.sent, received=pair.received))
    [reading] = read(spool, keys_path)
    [exchange] = reading.exchanges
    assert exchange.url == "wss://a.test/chat"
    assert sorted(each.payload for each in exchange.websocket) == [b"abc", b"hi"]
    assert exchange.request.body == exchange.response.body == b""
    assert reading.problem == "WebSocket messages of the server: the frame at byte 4 is cut"


def test_another_protocol_that_is_switched_to_is_told(spool, keys_path):
    carry(spool, UPGRADE % b"other", SWITCHED % (b"other", b"") + b"secret")
    [reading] = read(spool, keys_path)
    assert reading.exchanges[0].status == 101
    assert reading.problem == "what follows the switch to another protocol is not read"


@pytest.mark.parametrize(
    ("failure", "reason", "truncated"),
    [
        (Failure.CUT, "bytes", Truncation.LENGTH),
        (Failure.CUT, "time", Truncation.TIME),
        (Failure.CUT, "memory", Truncation.TIME),
        (None, None, Truncation.DISCONNECT),
    ],
)
def test_what_our_own_limit_cut_is_not_laid_at_the_servers_door(
    spool, keys_path, failure, reason, truncated
):
    connection = carry(spool, GET % b"x" + GET % b"y", ANSWER + ANSWER[:-2], closed=False)
    connection.failure, connection.reason = failure, reason
    [reading] = read(spool, keys_path)
    assert [each.truncated for each in reading.exchanges] == [None, truncated]


def test_a_body_until_the_end_is_whole_only_if_the_server_ended_it(spool, keys_path):
    until_close = b"HTTP/1.1 200 OK\r\n\r\nhello"
    carry(spool, GET % b"x", until_close, closed=True)
    carry(spool, GET % b"x", until_close, closed=False)
    ends = [reading.exchanges[0].truncated for reading in read(spool, keys_path)]
    assert ends == [None, Truncation.DISCONNECT]


def test_each_exchange_names_its_connection(spool, keys_path):
    for _ in range(3):
        carry(spool, GET % b"x", ANSWER)
    readings = read(spool, keys_path)
    assert [reading.exchanges[0].connection for reading in readings] == [0, 1, 2]
