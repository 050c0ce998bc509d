"""A TLS connection, opened with the browser's own session keys.

The steps (RFC 8446 §2, RFC 5246 §7.3):

1. Client and server hello, in the clear: version, cipher suite, randoms.
2. The keys of this connection, out of the key log, by the client random.
3. Server to client: handshake records (certificates, protocol), then application data.
4. Client to server: early data where the server took it, handshake, then application data.

What does not open is said, never skipped silently: `TlsProblem` where nothing can be read, and
`TlsSession.problem` where reading stopped later, so that a server which breaks its own connection
cannot undo what the page saw before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn

from capture.wire import tls_messages as tls
from capture.wire.keylog import Secrets
from capture.wire.stream import Stream
from capture.wire.tls_ciphers import (
    SUITES,
    Opener,
    Suite,
    expand_label,
    opener_1_3,
    openers_1_2,
)
from capture.wire.tls_messages import HandshakeBuffer, Hello, Record, TlsProblem

_VERSION_NAMES = {
    0x0301: "tls/1.0",
    0x0302: "tls/1.1",
    tls.TLS_1_2: "tls/1.2",
    tls.TLS_1_3: "tls/1.3",
}


ALERT_BYTES = 2 + 1 + 16  # protected: the alert, its type, the tag (RFC 8446 §5.2, §6)


class HandshakeUnfinished(TlsProblem):
    """The connection ended while shaking hands: it carried nothing but that."""


@dataclass
class TlsSession:
    """What a TLS connection carried.

    `version` as in ``tls/1.3``, `cipher_suite` by its IANA name, `alpn` the protocol chosen;
    `certificates` are DER, end entity first, and empty where the session was resumed.
    `sent` and `received` are the plaintext, and `problem` says where it is not all there is.
    """

    version: str
    cipher_suite: str
    server_name: str | None
    alpn: str | None = None
    certificates: list[bytes] = field(default_factory=list)
    early_data_accepted: bool = False
    sent: Stream = field(default_factory=Stream)
    received: Stream = field(default_factory=Stream)
    problem: str | None = None


def open_session(sent: Stream, received: Stream, secrets: Secrets | None) -> TlsSession:
    """Open both directions of a TLS connection.

    Raises `HandshakeUnfinished` where it ended before either side could send data, and `TlsProblem`
    where it is not TLS, the cipher suite is unknown, or the keys are missing or wrong. What was
    opened before a later problem stands.
    """
    client, server = hellos(sent, received)
    suite = SUITES.get(server.cipher_suite)
    if suite is None:
        raise TlsProblem(f"unknown cipher suite 0x{server.cipher_suite:04x}")
    version = _VERSION_NAMES.get(server.version, f"0x{server.version:04x}")
    session = TlsSession(version, suite.name, client.server_name, server.alpn)
    if not secrets:
        _refuse_without_keys(sent)
    if server.version == tls.TLS_1_3:
        _Tls13(session, suite, secrets).open(sent, received)
    elif server.version == tls.TLS_1_2:
        _open_1_2(session, suite, secrets, (client, server), (sent, received))
    else:
        raise TlsProblem(f"{version} is not opened")
    return session


def client_went_on(sent: Stream) -> bool:
    """Whether the client did more than begin to shake hands, and perhaps refuse with an alert.

    Without a Finished of its own it sent no data, and could be sent none. In TLS 1.3 the Finished
    and any early data are protected records larger than an alert's; in TLS 1.2 the Finished is a
    handshake record after ChangeCipherSpec.
    """
    changed = False
    try:
        for record in tls.records(sent):
            changed = changed or record.kind == tls.CHANGE_CIPHER_SPEC
            if record.kind == tls.HANDSHAKE and changed:
                return True
            if record.kind == tls.APPLICATION_DATA and len(record.payload) > ALERT_BYTES:
                return True
    except TlsProblem:  # no TLS at all, or none any more
        return changed
    return False


def _refuse_without_keys(sent: Stream) -> NoReturn:
    if client_went_on(sent):
        raise TlsProblem("its keys are not in the key log")
    raise HandshakeUnfinished("the browser left during the handshake")


def hellos(sent: Stream, received: Stream) -> tuple[Hello, Hello]:
    """What both ends said first. Raises `TlsProblem` where one of them is not there."""
    client = tls.client_hello(sent)
    if client is None:
        raise HandshakeUnfinished("no whole client hello")
    buffer = HandshakeBuffer()
    for record in tls.records(received):
        if record.kind != tls.HANDSHAKE:
            continue
        for message in buffer.feed(record.payload):
            if message.kind == tls.SERVER_HELLO:
                hello = tls.read_server_hello(message.body)
                if not hello.is_retry:
                    return client, hello
    raise HandshakeUnfinished("the server did not answer the client hello")


class _Tls13:
    """TLS 1.3: the keys change as the handshake goes on, in each direction by itself."""

    def __init__(self, session: TlsSession, suite: Suite, secrets: Secrets) -> None:
        self._session, self._suite, self._secrets = session, suite, secrets

    def open(self, sent: Stream, received: Stream) -> None:
        self._open_direction("SERVER", _encrypted(received), self._session.received)
        self._open_direction("CLIENT", self._without_early(sent), self._session.sent)

    def _open_direction(self, side: str, protected: Iterable[Record], plain: Stream) -> None:
        try:
            self._open_records(side, protected, plain)
        except TlsProblem as problem:
            _stop(self._session, plain, problem)

    def _open_records(self, side: str, protected: Iterable[Record], plain: Stream) -> None:
        opener = self._opener(f"{side}_HANDSHAKE_TRAFFIC_SECRET")
        secret = self._secrets.get(f"{side}_TRAFFIC_SECRET_0")
        buffer = HandshakeBuffer()
        for record in protected:
            kind, content = opener.open(record)
            if kind == tls.APPLICATION_DATA:
                plain.append(record.time_ns, content)
            elif kind == tls.HANDSHAKE:
                for message in buffer.feed(content):
                    self._notice(message)
                    if message.kind == tls.FINISHED and secret is not None:
                        opener = opener_1_3(self._suite, secret)
                    elif message.kind == tls.KEY_UPDATE and secret is not None:
                        secret = _updated(self._suite, secret)
                        opener = opener_1_3(self._suite, secret)

    def _notice(self, message: tls.Message) -> None:
        if message.kind == tls.ENCRYPTED_EXTENSIONS:
            alpn, early = tls.read_encrypted_extensions(message.body)
            self._session.alpn, self._session.early_data_accepted = alpn, early
        elif message.kind == tls.CERTIFICATE and not self._session.certificates:
            self._session.certificates = tls.read_certificates(message.body, tls.TLS_1_3)
        elif message.kind == tls.COMPRESSED_CERTIFICATE and not self._session.certificates:
            self._notice_compressed(message)

    def _notice_compressed(self, message: tls.Message) -> None:
        try:
            body = tls.expand_certificate(message.body)
            self._session.certificates = tls.read_certificates(body, tls.TLS_1_3)
        except TlsProblem as problem:  # the browser may have read it: what follows still counts
            self._session.problem = str(problem)

    def _without_early(self, sent: Stream) -> Iterator[Record]:
        """The client's protected records after its early data, which is opened here.

        Early data (RFC 8446 §2.3) that the server did not take is sent again later: it is dropped,
        as the server drops it (§4.2.10), up to the first record under the handshake's key.
        """
        protected = _encrypted(sent)
        if "CLIENT_EARLY_TRAFFIC_SECRET" not in self._secrets:
            return protected
        early = self._opener("CLIENT_EARLY_TRAFFIC_SECRET")
        for record in protected:
            if self._session.early_data_accepted:
                is_early = self._take_early(early, record)
            else:
                is_early = not _opens(self._opener("CLIENT_HANDSHAKE_TRAFFIC_SECRET"), record)
            if not is_early:
                return chain([record], protected)
        return protected

    def _take_early(self, opener: Opener, record: Record) -> bool:
        try:
            kind, content = opener.open(record)
        except TlsProblem:  # the first record under the next key: early data is over
            return False
        if kind == tls.APPLICATION_DATA:
            self._session.sent.append(record.time_ns, content)
        return True

    def _opener(self, label: str) -> Opener:
        if label not in self._secrets:
            raise TlsProblem(f"the key log has no {label} for this connection")
        return opener_1_3(self._suite, self._secrets[label])


class ClientSide:
    """What the client sends, opened record by record while the connection lives.

    Raises `TlsProblem` where it cannot be opened; early data (RFC 8446 §2.3) is not.
    """

    def __init__(self, client: Hello, server: Hello, secrets: Secrets | None) -> None:
        suite = SUITES.get(server.cipher_suite)
        if suite is None or not secrets:
            raise TlsProblem("its keys are not in the key log")
        self._suite, self._buffer, self._is_protected = suite, HandshakeBuffer(), False
        self._is_1_3 = server.version == tls.TLS_1_3
        if self._is_1_3:
            names = ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0")
            if "CLIENT_EARLY_TRAFFIC_SECRET" in secrets or not set(names) <= secrets.keys():
                raise TlsProblem("it has early data, or not all its keys are in the key log")
            self._opener = opener_1_3(suite, secrets[names[0]])
            self._secret = secrets[names[1]]
        elif server.version == tls.TLS_1_2 and "CLIENT_RANDOM" in secrets:
            master = secrets["CLIENT_RANDOM"]
            self._opener, _ = openers_1_2(suite, master, client.random, server.random)
        else:
            raise TlsProblem("it is of a version that is not opened")

    def open(self, record: Record) -> bytes:
        """The application data in `record`, if any."""
        if self._is_1_3:
            return self._open_1_3(record) if record.kind == tls.APPLICATION_DATA else b""
        if record.kind == tls.CHANGE_CIPHER_SPEC:
            self._is_protected = True
            return b""
        if not self._is_protected:
            return b""
        kind, content = self._opener.open(record)
        return content if kind == tls.APPLICATION_DATA else b""

    def _open_1_3(self, record: Record) -> bytes:
        kind, content = self._opener.open(record)
        if kind != tls.HANDSHAKE:
            return content if kind == tls.APPLICATION_DATA else b""
        for message in self._buffer.feed(content):
            if message.kind == tls.KEY_UPDATE:
                self._secret = _updated(self._suite, self._secret)
            if message.kind in {tls.FINISHED, tls.KEY_UPDATE}:
                self._opener = opener_1_3(self._suite, self._secret)
        return b""


def _updated(suite: Suite, secret: bytes) -> bytes:
    return expand_label(suite, secret, b"traffic upd", len(secret))


def _opens(opener: Opener, record: Record) -> bool:
    try:
        opener.open(record)
    except TlsProblem:
        return False
    return True


def _stop(session: TlsSession, plain: Stream, problem: TlsProblem) -> None:
    """Note `problem`, or raise it where not even the first data of this direction was opened."""
    if not plain:
        raise problem
    session.problem = session.problem or str(problem)


def _encrypted(stream: Stream) -> Iterator[Record]:
    """In TLS 1.3 every protected record wears the type 'application data' outside."""
    return (record for record in tls.records(stream) if record.kind == tls.APPLICATION_DATA)


def _open_1_2(
    session: TlsSession,
    suite: Suite,
    secrets: Secrets,
    hellos: tuple[Hello, Hello],
    streams: tuple[Stream, Stream],
) -> None:
    if "CLIENT_RANDOM" not in secrets:
        raise TlsProblem("the key log has no master secret for this connection")
    openers = openers_1_2(suite, secrets["CLIENT_RANDOM"], hellos[0].random, hellos[1].random)
    for opener, stream, plain in zip(
        openers, streams, (session.sent, session.received), strict=True
    ):
        try:
            _open_direction_1_2(session, opener, stream, plain)
        except TlsProblem as problem:
            _stop(session, plain, problem)


def _open_direction_1_2(session: TlsSession, opener: Opener, stream: Stream, plain: Stream) -> None:
    """Clear until ChangeCipherSpec, protected from then on (RFC 5246 §7.1)."""
    protected, buffer = False, HandshakeBuffer()
    for record in tls.records(stream):
        if record.kind == tls.CHANGE_CIPHER_SPEC:
            protected = True
        elif protected:
            kind, content = opener.open(record)
            if kind == tls.APPLICATION_DATA:
                plain.append(record.time_ns, content)
        elif record.kind == tls.HANDSHAKE:
            for message in buffer.feed(record.payload):
                if message.kind == tls.CERTIFICATE and not session.certificates:
                    session.certificates = tls.read_certificates(message.body, tls.TLS_1_2)
