"""From the spool to exchanges, connection by connection.

1. Put the chunks of each direction together.
2. TLS or not? The first byte tells; TLS is opened with the connection's own keys.
3. HTTP/2 or HTTP/1? The protocol chosen in the handshake tells.
4. WebSocket: what follows a handshake becomes messages.

A connection that cannot be read to its end says so in its `Reading`: nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from capture.egress.spool import Connection, Direction, Failure, Spool
from capture.wire import http1, http2
from capture.wire.exchange import Exchange, HttpProblem, Truncation
from capture.wire.keylog import KeyLog, Secrets
from capture.wire.stream import Stream
from capture.wire.tls import HandshakeUnfinished, TlsSession, client_went_on, open_session
from capture.wire.tls_messages import HANDSHAKE, TlsProblem, client_hello
from capture.wire.websocket import is_websocket, read_messages


@dataclass
class Reading:
    """What one connection carried.

    `tls` is None for a connection in the clear or one that could not be opened; `problem` says
    where reading stopped, None where everything was read. `unfinished` says why a TLS handshake
    was all there was.
    """

    connection: Connection
    tls: TlsSession | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    problem: str | None = None
    unfinished: str | None = None


async def session_keys(spool: Spool, key_log: KeyLog) -> dict[bytes, dict[str, bytes]]:
    """The TLS keys of this capture's own connections, by client random.

    Those that data may have crossed are waited for; of the others, what is there is taken.
    """
    randoms, awaited = set(), set()
    for connection in spool.connections:
        sent = _stream(spool, connection, Direction.SENT)
        random = _client_random(sent)
        if random is not None:
            randoms.add(random)
            awaited |= {random} if client_went_on(sent) else set()
    found = await key_log.wait_for(awaited)
    others = randoms - awaited
    return found | key_log.of(others) if others else found


def read_connections(spool: Spool, keys: Mapping[bytes, Secrets]) -> Iterator[Reading]:
    """Read every connection that carried bytes, one at a time (each is in memory while read)."""
    for connection in spool.connections:
        if connection.chunks:
            yield _read(spool, connection, keys)


def _read(spool: Spool, connection: Connection, keys: Mapping[bytes, Secrets]) -> Reading:
    reading = Reading(connection)
    sent = _stream(spool, connection, Direction.SENT)
    received = _stream(spool, connection, Direction.RECEIVED)
    try:
        if sent.data[:1] == bytes([HANDSHAKE]):
            random = _client_random(sent)
            reading.tls = open_session(sent, received, keys.get(random) if random else None)
            sent, received = reading.tls.sent, reading.tls.received
            reading.problem = reading.tls.problem
        if reading.tls is not None and reading.tls.alpn == "h2":
            _read_http2(reading, sent, received)
        else:
            _read_http1(reading, sent, received)
    except HandshakeUnfinished as problem:
        reading.unfinished = str(problem)
    except (TlsProblem, HttpProblem) as problem:
        reading.problem = reading.problem or str(problem)
    _name_the_cut(reading)
    return reading


def _read_http1(reading: Reading, sent: Stream, received: Stream) -> None:
    scheme = "https" if reading.tls else "http"
    closed = reading.connection.server_closed
    number = reading.connection.number
    for exchange, asked, answered in http1.read_exchanges(
        number, scheme, sent, received, server_closed=closed
    ):
        reading.exchanges.append(exchange)
        if exchange.status == 101 and is_websocket(exchange.request.header(b"upgrade")):
            _add_messages(reading, exchange, sent.tail(asked), received.tail(answered))
        elif exchange.status == 101 and (asked < len(sent) or answered < len(received)):
            raise HttpProblem("what follows the switch to another protocol is not read")


def _read_http2(reading: Reading, sent: Stream, received: Stream) -> None:
    if not len(sent):  # the handshake was all: the browser did not like the certificate
        return
    number = reading.connection.number
    for exchange, asked, answered in http2.read_exchanges(number, "https", sent, received):
        reading.exchanges.append(exchange)
        protocol = dict(asked.blocks[0].fields).get(b":protocol")
        if exchange.method == "CONNECT" and is_websocket(protocol):  # RFC 8441
            exchange.request.body = exchange.request.entity = b""
            if exchange.response is not None:
                exchange.response.body = exchange.response.entity = b""
            _add_messages(reading, exchange, asked.data, answered.data)


def _add_messages(reading: Reading, exchange: Exchange, sent: Stream, received: Stream) -> None:
    """A WebSocket exchange is its handshake; what follows are its messages."""
    response = exchange.response
    extensions = response.header(b"sec-websocket-extensions") if response else None
    exchange.websocket, problem = read_messages(sent, received, extensions or b"")
    reading.problem = reading.problem or problem
    exchange.url = "ws" + exchange.url.removeprefix("http")
    exchange.truncated = None


def _name_the_cut(reading: Reading) -> None:
    """A response that our own limit ended was not ended by the server."""
    if reading.connection.failure is Failure.CUT:
        cut = Truncation.LENGTH if reading.connection.reason == "bytes" else Truncation.TIME
        for exchange in reading.exchanges:
            if exchange.truncated is Truncation.DISCONNECT:
                exchange.truncated = cut


def _client_random(sent: Stream) -> bytes | None:
    try:
        hello = client_hello(sent)
    except TlsProblem:
        return None
    return hello.random if hello else None


def _stream(spool: Spool, connection: Connection, direction: Direction) -> Stream:
    return Stream(
        (chunk.time_ns, spool.read(chunk))
        for chunk in connection.chunks
        if chunk.direction is direction
    )
