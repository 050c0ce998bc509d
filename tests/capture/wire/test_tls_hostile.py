"""TLS bytes that nobody meant: only ever `TlsProblem`, or what was opened so far, told as such."""

import zlib

import brotli
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from capture.wire import tls_messages
from capture.wire.stream import Stream
from capture.wire.tls import open_session
from capture.wire.tls_ciphers import SUITES, opener_1_3
from capture.wire.tls_messages import (
    APPLICATION_DATA,
    CERTIFICATE,
    COMPRESSED_CERTIFICATE,
    HANDSHAKE,
    HandshakeBuffer,
    TlsProblem,
)
from tests.capture.wire.handshake import V1_2, V1_3, Talk, client_context, identity, server_context

QUESTION, ANSWER = b"question " * 30, b"answer " * 900


@pytest.fixture(scope="module", params=[V1_2, V1_3], ids=["1.2", "1.3"])
def recorded(request, tmp_path_factory):
    """Both directions and the keys of one conversation."""
    folder = tmp_path_factory.mktemp("talk")
    talk = Talk(client_context(folder / "keys"), server_context(version=request.param))
    talk.client_says(QUESTION)
    for at in range(0, len(ANSWER), 700):
        talk.server_says(ANSWER[at : at + 700])
    return b"".join(talk.sent), b"".join(talk.received), talk.secrets()


def attempt(sent, received, secrets):
    """The session, or None where there is none. Any other exception fails the test."""
    try:
        return open_session(Stream([(1, bytes(sent))]), Stream([(2, bytes(received))]), secrets)
    except TlsProblem:
        return None


def check(session):
    """Whatever was done to the bytes: what is opened is a beginning of what was said."""
    if session is not None:
        assert QUESTION.startswith(session.sent.data)
        assert ANSWER.startswith(session.received.data)


@given(st.data())
def test_flipped_bytes_never_change_what_is_read(recorded, data):
    sent, received, secrets = recorded
    streams = [bytearray(sent), bytearray(received)]
    for _ in range(data.draw(st.integers(1, 4))):
        stream = data.draw(st.sampled_from(streams))
        stream[data.draw(st.integers(0, len(stream) - 1))] ^= data.draw(st.integers(1, 255))
    check(attempt(*streams, secrets))


@given(st.data())
def test_lost_or_added_bytes_never_change_what_is_read(recorded, data):
    sent, received, secrets = recorded
    at = data.draw(st.integers(0, len(received)))
    lost, added = data.draw(st.integers(0, 40)), data.draw(st.binary(max_size=40))
    check(attempt(sent, received[:at] + added + received[at + lost :], secrets))


def test_cut_anywhere_it_is_a_beginning(recorded):
    sent, received, secrets = recorded
    for length in range(0, len(received), 11):
        check(attempt(sent, received[:length], secrets))
    for length in range(0, len(sent), 11):
        check(attempt(sent[:length], received, secrets))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_garbage_is_a_problem(sent, received):
    assert attempt(sent, received, {"CLIENT_RANDOM": bytes(48)}) is None
    assert attempt(b"\x16\x03\x01" + sent, b"\x16\x03\x03" + received, {}) is None


@given(st.binary(max_size=120))
def test_garbled_hellos_are_a_problem(recorded, body):
    sent, received, secrets = recorded
    length = len(body).to_bytes(3, "big")
    for kind in (1, 2):
        payload = bytes([kind]) + length + body
        record = b"\x16\x03\x03" + len(payload).to_bytes(2, "big") + payload
        attempt(record, received, secrets)
        attempt(sent, record, secrets)


@given(st.binary(max_size=60), st.sampled_from([tls_messages.TLS_1_2, tls_messages.TLS_1_3]))
def test_garbled_messages_are_a_problem(body, version):
    for read in (
        tls_messages.read_client_hello,
        tls_messages.read_server_hello,
        tls_messages.read_encrypted_extensions,
        tls_messages.expand_certificate,
        lambda data: tls_messages.read_certificates(data, version),
    ):
        try:
            read(body)
        except TlsProblem:
            continue


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x17\x03\x03\x00\x00",
        b"\x17\x03\x03\x00\x05short",
        b"\x17\x03\x03\x00\x40" + bytes(64),
        b"\x15\x03\x03\x00\x02\x02\x28",
    ],
    ids=["no TLS", "empty", "too short", "no such seal", "alert in the clear"],
)
def test_a_server_cannot_undo_what_it_showed(recorded, garbage):
    """Broken bytes after the page: the page stands, and the break is told."""
    sent, received, secrets = recorded
    session = attempt(sent, received + garbage, secrets)
    assert session is not None
    assert session.received.data == ANSWER
    assert session.sent.data == QUESTION
    if garbage[0] != 0x15 or session.version == "tls/1.2":
        assert session.problem


def test_another_version_or_suite_is_named(recorded):
    sent, received, secrets = recorded
    unknown = bytearray(received)
    at = 5 + 4 + 2 + 32
    at += 1 + unknown[at]
    unknown[at : at + 2] = b"\xc0\x99"
    with pytest.raises(TlsProblem, match="unknown cipher suite 0xc099"):
        open_session(Stream([(1, sent)]), Stream([(1, bytes(unknown))]), secrets)
    with pytest.raises(TlsProblem, match="no whole client hello"):
        open_session(Stream(), Stream([(1, received)]), secrets)
    with pytest.raises(TlsProblem, match="did not answer"):
        open_session(Stream([(1, sent)]), Stream(), secrets)


def with_compressed_certificate(talk, algorithm, pack):
    """The talk, as if the server had compressed its certificates (RFC 8879)."""
    suite, secret = SUITES[0x1302], talk.secrets()["SERVER_HANDSHAKE_TRAFFIC_SECRET"]
    reader, writer = opener_1_3(suite, secret), opener_1_3(suite, secret)
    out, buffer = b"", HandshakeBuffer()
    for record in tls_messages.records(talk.streams()[1]):
        rest = record.kind != APPLICATION_DATA or reader is None
        if rest:
            out += record.header + record.payload
            continue
        for message in buffer.feed(reader.open(record)[1]):
            kind, body = message
            if kind == CERTIFICATE:
                packed = pack(body)
                body = algorithm.to_bytes(2, "big") + len(body).to_bytes(3, "big")
                body += len(packed).to_bytes(3, "big") + packed
                kind = COMPRESSED_CERTIFICATE
            plain = bytes([kind]) + len(body).to_bytes(3, "big") + body + bytes([HANDSHAKE])
            header = b"\x17\x03\x03" + (len(plain) + 16).to_bytes(2, "big")
            out += header + AESGCM(writer._key).encrypt(writer._nonce(), plain, header)
            writer._sequence += 1
            reader = None if kind == tls_messages.FINISHED else reader
    talk.received = [out]
    return talk


@pytest.mark.parametrize(
    ("algorithm", "pack", "is_read"),
    [
        (1, zlib.compress, True),
        (2, brotli.compress, True),
        (2, lambda body: brotli.compress(body + b"more"), False),
        (2, lambda body: brotli.compress(bytes(1 << 24)), False),
        (2, lambda _: b"not compressed", False),
        (3, zlib.compress, False),
        (1, lambda body: zlib.compress(body + b"more"), False),
        (1, lambda body: zlib.compress(bytes(1 << 24)), False),
        (1, lambda _: b"not compressed", False),
    ],
    ids=[
        "zlib",
        "brotli",
        "brotli too long",
        "brotli bomb",
        "brotli garbage",
        "zstd",
        "too long",
        "bomb",
        "garbage",
    ],
)
def test_compressed_certificates_are_read_or_told(tmp_path, algorithm, pack, is_read):
    talk = Talk(client_context(tmp_path / "keys"), server_context())
    talk.client_says(QUESTION)
    talk.server_says(ANSWER)
    session = with_compressed_certificate(talk, algorithm, pack).opened()
    assert (session.sent.data, session.received.data) == (QUESTION, ANSWER)
    assert session.certificates == ([identity("ec").der] if is_read else [])
    assert (session.problem is None) == is_read
