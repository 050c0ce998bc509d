"""WebSocket messages out of frames, with `wsproto` at both ends."""

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, Pong, TextMessage

from capture.wire import websocket
from capture.wire.stream import Stream
from capture.wire.websocket import is_websocket, read_messages
from tests.capture.wire.chat import Chat


def told(messages):
    return [(each.sender, each.kind, each.payload) for each in messages]


MODES = {
    "plain": {},
    "deflate": {"deflate": True},
    "deflate, fresh": {
        "deflate": True,
        "client_no_context_takeover": True,
        "server_no_context_takeover": True,
    },
    "deflate, small window": {"deflate": True, "server_max_window_bits": 9},
}
modes = pytest.mark.parametrize("mode", MODES.values(), ids=MODES)


@modes
def test_a_chat_is_read_in_order(mode):
    chat = Chat(**mode)
    chat.say("page", TextMessage("gr\u00fc\u00df Gott \U0001f642"), TextMessage(""))
    chat.say("server", TextMessage("again " * 50), BytesMessage(bytes(range(256))))
    chat.say("page", Ping(b"are you there"), BytesMessage(b""))
    chat.say("server", Pong(b"are you there"), TextMessage("again " * 50))
    chat.say("server", CloseConnection(1001, "going away"))
    chat.say("page", CloseConnection(1000))
    messages, problem = chat.read()
    assert problem is None
    assert told(messages) == [
        ("page", "text", "gr\u00fc\u00df Gott \U0001f642".encode()),
        ("page", "text", b""),
        ("server", "text", b"again " * 50),
        ("server", "binary", bytes(range(256))),
        ("page", "ping", b"are you there"),
        ("page", "binary", b""),
        ("server", "pong", b"are you there"),
        ("server", "text", b"again " * 50),
        ("server", "close", b"\x03\xe9going away"),
        ("page", "close", b"\x03\xe8"),
    ]
    assert [each.time_ns for each in messages] == sorted(each.time_ns for each in messages)


@modes
@pytest.mark.parametrize("size", [125, 126, 127, 65_535, 65_536, 300_000])
def test_every_length_of_payload(mode, size):
    chat, payload = Chat(**mode), random.Random(size).randbytes(size)
    for who in ("page", "server"):
        chat.say(who, BytesMessage(payload))
    messages, problem = chat.read()
    assert problem is None
    assert told(messages) == [("page", "binary", payload), ("server", "binary", payload)]


@modes
def test_pings_between_the_fragments_of_a_message(mode):
    chat = Chat(**mode)
    for who in ("page", "server"):
        chat.say(who, TextMessage("one ", message_finished=False), Ping(b"?"))
        chat.say(who, TextMessage("two ", message_finished=False), Pong(b"!"))
        chat.say(who, TextMessage("three"), TextMessage("next"))
    messages, problem = chat.read()
    assert problem is None
    for who in ("page", "server"):
        assert told(each for each in messages if each.sender == who) == [
            (who, "ping", b"?"),
            (who, "pong", b"!"),
            (who, "text", b"one two three"),
            (who, "text", b"next"),
        ]


def conversation(mode):
    chat = Chat(**mode)
    for number in range(3):
        chat.say("page", TextMessage(f"question {number} " * 9), Ping(b"%d" % number))
        part: Message = BytesMessage(b"first half, ", message_finished=False)
        chat.say("server", part, BytesMessage(b"second half"), TextMessage("answer " * 30))
    return chat


@settings(max_examples=50)
@given(st.sampled_from(list(MODES.values())), st.data())
def test_it_does_not_matter_how_the_bytes_were_cut(mode, data):
    chat = conversation(mode)
    expected, _ = chat.read()
    streams = []
    for stream in chat.streams():
        whole = bytes(stream.data)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
        bounds = zip([0, *cuts], [*cuts, len(whole)], strict=True)
        streams.append(Stream((time, whole[a:b]) for time, (a, b) in enumerate(bounds)))
    messages, problem = read_messages(*streams, chat.extensions)
    assert problem is None
    assert sorted(told(messages)) == sorted(told(expected))


@modes
def test_cut_at_every_byte_it_is_a_beginning_and_told(mode):
    chat = conversation(mode)
    whole = bytes(chat.streams()[1].data)
    expected = [each for each in told(chat.read()[0]) if each[0] == "server"]
    complete = []
    for length in range(len(whole) + 1):
        messages, problem = read_messages(Stream(), Stream([(1, whole[:length])]), chat.extensions)
        found = told(messages)
        assert found == expected[: len(found)]
        if problem is None:
            complete.append(len(found))
        else:
            assert "cut" in problem
    assert complete == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("mask", [0, 1, 2, 3])
def test_a_frame_cut_within_its_mask_is_no_message(mask):
    frame = b"\x81\x80abcd"[: 2 + mask]
    messages, problem = read_messages(Stream([(1, frame)]), Stream(), b"")
    assert messages == []
    assert problem


def frame(payload: bytes, first: int = 0xC1) -> bytes:
    return bytes([first, 127]) + len(payload).to_bytes(8, "big") + payload


def deflated(data: bytes, flush=zlib.Z_SYNC_FLUSH) -> bytes:
    compressor = zlib.compressobj(9, wbits=-15)
    packed = compressor.compress(data) + compressor.flush(flush)
    return packed.removesuffix(b"\x00\x00\xff\xff")


@pytest.mark.parametrize("count", [1, 40])
def test_a_bomb_is_bounded_and_told(monkeypatch, count):
    """One message that is too large, or many that are together."""
    monkeypatch.setattr(websocket, "_MOST_INFLATED", 1_000_000)
    bomb = frame(deflated(bytes(2_000_000 // count)))
    extensions = b"permessage-deflate; server_no_context_takeover"
    before = frame(deflated(b"hello"))
    stream = Stream([(1, before + bomb * count)])
    messages, problem = read_messages(Stream(), stream, extensions)
    assert messages[0].payload == b"hello"
    assert sum(len(each.payload) for each in messages) <= 1_000_000
    assert "decompress to more than 1000000 bytes" in problem


def test_what_does_not_decompress_is_told_and_ends_its_direction_only():
    stream = Stream(
        [(1, frame(deflated(b"good")) + frame(b"\xff\xff\xff") + frame(deflated(b"x")))]
    )
    other = Stream([(2, frame(b"plain", 0x81))])
    messages, problem = read_messages(other, stream, b"permessage-deflate")
    assert told(messages) == [("server", "text", b"good"), ("page", "text", b"plain")]
    assert problem == "WebSocket messages of the server: one does not decompress"


def test_compression_that_ends_for_good_is_told():
    stream = Stream([(1, frame(deflated(b"last", zlib.Z_FINISH) + b"\0"))])
    messages, problem = read_messages(Stream(), stream, b"permessage-deflate")
    assert messages == []
    assert "not followed" in problem


@settings(max_examples=200)
@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=60))
def test_garbage_never_raises(sent, received, extensions):
    read_messages(Stream([(1, sent)]), Stream([(1, received)]), extensions)


@pytest.mark.parametrize(
    ("upgrade", "expected"),
    [
        *((b"websocket", True), (b"WebSocket", True), (b" websocket\t", True)),
        *((None, False), (b"", False), (b"h2c", False), (b"websocket2", False)),
    ],
)
def test_is_websocket(upgrade, expected):
    assert is_websocket(upgrade) is expected
