"""Genuine TLS conversations in memory: Python's `ssl` on both ends, every byte on the wire kept."""

import functools
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from capture.wire.keylog import KeyLog
from capture.wire.stream import Stream
from capture.wire.tls import TlsSession, open_session
from capture.wire.tls_messages import client_hello
from tests.capture.wire.pki import authority, issue

NO_ENCRYPT_THEN_MAC = 1 << 19  # SSL_OP_NO_ENCRYPT_THEN_MAC: as Chromium, which never offers it
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@functools.cache
def identity(kind: str):
    return issue("server.test", authority(), names=("server.test",), kind=kind)


def server_context(
    kind: str = "ec", version: ssl.TLSVersion = V1_3, protocols: Iterable[str] = ("http/1.1",)
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.options |= NO_ENCRYPT_THEN_MAC
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(list(protocols))
    with tempfile.TemporaryDirectory() as folder:
        context.load_cert_chain(identity(kind).write(Path(folder) / "pair.pem"))
    return context


def client_context(
    key_log: Path, ciphers: str = "ALL", protocols: Iterable[str] = ("h2", "http/1.1")
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.options |= NO_ENCRYPT_THEN_MAC
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.set_alpn_protocols(list(protocols))
    context.keylog_filename = str(key_log)
    return context


@dataclass
class Talk:
    """A conversation; `sent` and `received` are the pieces on the wire as the client sees them."""

    client_context: ssl.SSLContext
    server_context: ssl.SSLContext
    session: ssl.SSLSession | None = None
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._from_client, self._from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._to_client, self._to_server = to_client, to_server
        self.client = self.client_context.wrap_bio(
            to_client, self._from_client, server_hostname="server.test", session=self.session
        )
        self.server = self.server_context.wrap_bio(to_server, self._from_server, server_side=True)
        waiting = [self.client.do_handshake, self.server.do_handshake]
        while waiting:
            waiting = [step for step in waiting if not self._done(step)]
        self.server_says(b"")

    def client_says(self, data: bytes) -> None:
        self._say(self.client, self.server, data)

    def server_says(self, data: bytes) -> None:
        self._say(self.server, self.client, data)

    def close(self) -> None:
        """Both ends say that they have nothing more to say."""
        for end in (self.client, self.server, self.client):
            self._done(end.unwrap)

    def random(self) -> bytes:
        hello = client_hello(self.streams()[0])
        assert hello is not None
        return hello.random

    def secrets(self) -> dict[str, bytes]:
        key_log = KeyLog(Path(self.client_context.keylog_filename))
        return key_log.of([self.random()])[self.random()]

    def streams(self) -> tuple[Stream, Stream]:
        return Stream(enumerate(self.sent)), Stream(enumerate(self.received))

    def opened(self) -> TlsSession:
        """As our code opens it."""
        return open_session(*self.streams(), self.secrets())

    def _say(self, end: ssl.SSLObject, other: ssl.SSLObject, data: bytes) -> None:
        if data:
            end.write(data)
        self._carry()
        heard = b""
        try:
            while len(heard) <= len(data):
                heard += other.read(1 << 20)
        except ssl.SSLWantReadError:
            pass
        assert heard == data
        self._carry()

    def _done(self, step) -> bool:
        try:
            step()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._carry()
        return True

    def _carry(self) -> None:
        for source, target, kept in (
            (self._from_client, self._to_server, self.sent),
            (self._from_server, self._to_client, self.received),
        ):
            if data := source.read():
                kept.append(data)
                target.write(data)
