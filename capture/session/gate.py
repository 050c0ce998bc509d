"""At the egress proxy: nothing leaves a connection before it was read and judged.

No page can pass by here, whatever worker, beacon or socket it uses: the proxy is the browser's only
way out. TLS is opened with the keys that the browser writes down, as it is for the archive, but
while the bytes wait. What cannot be read does not leave: a request that is no HTTP, a connection
without keys, a WebSocket (its messages could act). The connection is then cut.
"""

from __future__ import annotations

from capture.egress.proxy import GateShut
from capture.session.blocked import Blocked
from capture.session.requests import Http1Requests, Http2Requests, Refused, RequestReader
from capture.wire.http2 import PREFACE
from capture.wire.keylog import KeyLog
from capture.wire.stream import Stream
from capture.wire.tls import ALERT_BYTES, ClientSide, hellos
from capture.wire.tls_messages import (
    APPLICATION_DATA,
    HANDSHAKE,
    Record,
    TlsProblem,
    records,
)

_RECORD_HEAD = 5
_LARGEST_HANDSHAKE = 1 << 20


class Gate:
    """The gate of one connection to `host`:`port`.

    `admit` takes what the browser sends and gives what may leave now; `saw` is told what the server
    sends, as far as its hello is in it.
    """

    def __init__(self, host: str, port: int, key_log: KeyLog, blocked: Blocked) -> None:
        self._origin = f"{f'[{host}]' if ':' in host else host}:{port}"
        self._key_log, self._blocked = key_log, blocked
        self._sent, self._received = Stream(), Stream()
        self._unread, self._held = bytearray(), bytearray()
        self._requests: RequestReader | None = None
        self._client: ClientSide | None = None
        self._plain = bytearray()
        self._is_tls: bool | None = None

    def saw(self, data: bytes) -> None:
        """The server has sent `data`."""
        if self._is_tls and self._client is None and len(self._received) < _LARGEST_HANDSHAKE:
            self._received.append(0, data)

    async def admit(self, data: bytes) -> bytes:
        """What may leave now, in order. Raises `GateShut`, and notes why."""
        try:
            return await self._admit(data)
        except Refused as refused:
            self._blocked.note(refused.method, refused.url, "connection", refused.reason)
            raise GateShut(refused.reason) from refused
        except TlsProblem as problem:
            self._blocked.note("", f"https://{self._origin}/", "connection", str(problem))
            raise GateShut(str(problem)) from problem

    async def _admit(self, data: bytes) -> bytes:
        if self._is_tls is None:
            self._is_tls = data[:1] == bytes([HANDSHAKE])
        self._unread += data
        if not self._is_tls:
            piece = self._take(len(self._unread))
            self._judge(piece)
            return self._released(piece)
        out = b""
        while piece := self._next_record():
            await self._open(piece)
            out += self._released(piece)
        return out

    def _take(self, length: int) -> bytes:
        piece = bytes(self._unread[:length])
        del self._unread[:length]
        return piece

    def _next_record(self) -> bytes:
        """The next whole TLS record, empty where there is none yet."""
        if len(self._unread) < _RECORD_HEAD:
            return b""
        length = _RECORD_HEAD + int.from_bytes(self._unread[3:5], "big")
        return self._take(length) if len(self._unread) >= length else b""

    def _released(self, piece: bytes) -> bytes:
        """`piece` with what was held before it; nothing while a request is not whole."""
        self._held += piece
        if self._is_waiting():
            return b""
        out = bytes(self._held)
        self._held.clear()
        return out

    def _is_waiting(self) -> bool:
        if self._requests is None:
            return bool(self._plain)
        return self._requests.is_waiting

    async def _open(self, piece: bytes) -> None:
        record = Record(0, piece[0], piece[:_RECORD_HEAD], piece[_RECORD_HEAD:])
        if self._client is not None:
            self._judge(self._client.open(record))
            return
        self._sent.append(0, piece)
        if len(self._sent) > _LARGEST_HANDSHAKE:
            raise TlsProblem("a handshake without end")
        # What is no larger than a protected alert can hold no request.
        if record.kind == APPLICATION_DATA and len(record.payload) > ALERT_BYTES:
            await self._begin()

    async def _begin(self) -> None:
        """The first protected record: the keys must be there by now."""
        client, server = hellos(self._sent, self._received)
        found = await self._key_log.wait_for({client.random})
        self._client = ClientSide(client, server, found.get(client.random))
        for record in records(self._sent):
            self._judge(self._client.open(record))

    def _judge(self, plain: bytes) -> None:
        """Read what is to leave. Raises `Refused`."""
        if self._requests is None:
            self._plain += plain
            if len(self._plain) < len(PREFACE) and PREFACE.startswith(bytes(self._plain)):
                return
            scheme = "https" if self._is_tls else "http"
            is_http2 = self._plain.startswith(PREFACE)
            reader = Http2Requests if is_http2 else Http1Requests
            self._requests = reader(scheme, self._origin)
            plain = bytes(self._plain)
        if plain:
            self._requests.feed(plain)
