"""TLS connections opened with the client's keys: what both ends said, byte for byte."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.wire.keylog import KeyLog
from capture.wire.stream import Stream
from capture.wire.tls import open_session
from capture.wire.tls_messages import TlsProblem
from tests.capture.wire import openssl
from tests.capture.wire.handshake import (
    V1_2,
    V1_3,
    Talk,
    client_context,
    identity,
    server_context,
)

VERSIONS = {"tls/1.2": V1_2, "tls/1.3": V1_3}


def make_talk(folder, version=V1_3, kind="ec", **options):
    return Talk(client_context(folder / "keys", **options), server_context(kind, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_both_directions_come_out_as_they_were_said(tmp_path, version, kind):
    data = random.Random(kind)
    talk = make_talk(tmp_path, VERSIONS[version], kind)
    said, heard = [], []
    for size in (1, 100, 16_384, 16_385, 70_001):
        said.append(data.randbytes(size))
        heard.append(data.randbytes(size * 3))
        talk.client_says(said[-1])
        talk.server_says(heard[-1])
    talk.close()
    session = talk.opened()
    assert session.sent.data == b"".join(said)
    assert session.received.data == b"".join(heard)
    assert session.version == version
    assert session.alpn == "http/1.1"
    assert session.server_name == "server.test"
    assert session.certificates == [identity(kind).der]
    assert session.problem is None


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_each_byte_has_the_time_of_its_record(tmp_path, version):
    talk = make_talk(tmp_path, version)
    talk.server_says(b"first")
    first = len(talk.received) - 1
    talk.server_says(b"second")
    session = talk.opened()
    assert session.received.time_at(0) == first
    assert session.received.time_at(5) == len(talk.received) - 1


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_a_resumed_session_is_opened_and_has_no_certificates(tmp_path, version):
    first = make_talk(tmp_path, version)
    first.server_says(b"the ticket comes before this")
    again = Talk(first.client_context, first.server_context, first.client.session)
    again.client_says(b"question")
    again.server_says(b"answer")
    assert again.client.session_reused
    session = again.opened()
    assert (session.sent.data, session.received.data) == (b"question", b"answer")
    assert session.certificates == []


def test_a_second_hello_after_a_retry_is_understood(tmp_path):
    """The client's first key share is X25519; this server wants another group."""
    talk = Talk(client_context(tmp_path / "keys"), server := server_context())
    plain_length = len(talk.received[0])
    server.set_ecdh_curve("secp384r1")
    talk = Talk(client_context(tmp_path / "keys"), server)
    talk.client_says(b"question")
    talk.server_says(b"answer")
    session = talk.opened()
    assert len(talk.received[0]) < plain_length  # only the retry
    assert (session.sent.data, session.received.data) == (b"question", b"answer")


def test_new_keys_in_the_middle_are_followed(tmp_path):
    with openssl.serving(tmp_path, "-rev") as port:
        tee = openssl.talk(tmp_path, port, ["one", "K", "two", "three"])
    session = openssl.opened(tmp_path, tee)
    assert bytes(session.sent.data).split() == [b"one", b"two", b"three"]
    assert bytes(session.received.data).split() == [b"eno", b"owt", b"eerht"]
    assert session.problem is None


def test_early_data_that_the_server_took_comes_first(tmp_path):
    early, ticket = tmp_path / "early", tmp_path / "ticket"
    early.write_bytes(b"early bird\n")
    with openssl.serving(tmp_path, "-early_data") as port:
        openssl.talk(tmp_path, port, ["one"], "-sess_out", str(ticket), until=ticket.exists)
        again = ["-sess_in", str(ticket), "-early_data", str(early)]
        tee = openssl.talk(tmp_path, port, ["one"], *again, until=lambda: True)
    session = openssl.opened(tmp_path, tee)
    assert session.early_data_accepted
    assert session.sent.data == b"early bird\none\n"


@pytest.mark.parametrize("suite", ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
def test_early_data_that_the_server_left_is_dropped(tmp_path, suite):
    """Also where the server chooses another cipher suite than the early data was sealed with."""
    early, ticket = tmp_path / "early", tmp_path / "ticket"
    early.write_bytes(b"early bird\n")
    with openssl.serving(tmp_path, "-early_data") as port:
        openssl.talk(tmp_path, port, ["one"], "-sess_out", str(ticket), until=ticket.exists)
    with openssl.serving(tmp_path, "-rev", "-ciphersuites", suite) as port:
        again = ["-sess_in", str(ticket), "-early_data", str(early)]
        tee = openssl.talk(tmp_path, port, ["one"], *again)
    session = openssl.opened(tmp_path, tee)
    assert not session.early_data_accepted
    assert session.cipher_suite == suite
    assert (session.sent.data, session.received.data) == (b"one\n", b"eno\n")


@pytest.fixture(scope="module", params=VERSIONS.values(), ids=VERSIONS)
def recorded(request, tmp_path_factory):
    """One conversation, to be looked at in many ways."""
    talk = make_talk(tmp_path_factory.mktemp("talk"), request.param)
    talk.client_says(b"question " * 50)
    talk.server_says(b"answer " * 3_000)
    talk.client_says(b"and again")
    return talk


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_it_does_not_matter_how_the_bytes_were_cut(recorded, data):
    streams = []
    for pieces in (recorded.sent, recorded.received):
        whole = b"".join(pieces)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=20)))
        bounds = zip([0, *cuts], [*cuts, len(whole)], strict=True)
        streams.append(Stream((time, whole[a:b]) for time, (a, b) in enumerate(bounds)))
    session = open_session(*streams, recorded.secrets())
    expected = recorded.opened()
    assert session.sent.data == expected.sent.data
    assert session.received.data == expected.received.data


def test_a_record_cut_at_the_end_takes_nothing_else_with_it(recorded):
    sent, received = recorded.streams()
    for length in range(len(received) - 1, len(received) - 400, -7):
        cut = Stream([(1, bytes(received.data[:length]))])
        session = open_session(sent, cut, recorded.secrets())
        assert (b"answer " * 3_000).startswith(session.received.data)
        assert session.sent.data == b"question " * 50 + b"and again"
        assert session.problem is None


def test_no_keys_no_session(recorded):
    for secrets in (None, {}, {"EXPORTER_SECRET": bytes(32)}):
        with pytest.raises(TlsProblem, match="key log"):
            open_session(*recorded.streams(), secrets)


def test_keys_of_another_connection_open_nothing(recorded, tmp_path):
    version = VERSIONS[recorded.opened().version]
    other = make_talk(tmp_path, version)
    with pytest.raises(TlsProblem, match=r"does not open|key log"):
        open_session(*recorded.streams(), other.secrets())


def test_each_key_is_needed(recorded):
    secrets = recorded.secrets()
    needed = (
        {"CLIENT_RANDOM"}
        if "CLIENT_RANDOM" in secrets
        else {
            f"{side}_{label}"
            for side in ("CLIENT", "SERVER")
            for label in ("HANDSHAKE_TRAFFIC_SECRET", "TRAFFIC_SECRET_0")
        }
    )
    for label in secrets:
        fewer = {name: secret for name, secret in secrets.items() if name != label}
        if label in needed:
            with pytest.raises(TlsProblem):
                open_session(*recorded.streams(), fewer)
        else:
            assert open_session(*recorded.streams(), fewer).sent.data


def test_the_key_log_holds_both_connections_and_gives_each_its_own(tmp_path):
    one, other = make_talk(tmp_path), make_talk(tmp_path)
    key_log = KeyLog(tmp_path / "keys")
    assert set(key_log.of([one.random()])) == {one.random()}
    assert set(key_log.of([one.random(), other.random()])) == {one.random(), other.random()}


def test_without_alpn_there_is_none(tmp_path):
    context = server_context(protocols=["other"])
    talk = Talk(client_context(tmp_path / "keys", protocols=["http/1.1"]), context)
    assert talk.opened().alpn is None
