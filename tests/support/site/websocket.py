"""WebSocket (RFC 6455) on `wsproto`, with permessage-deflate (RFC 7692) where it is offered."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Message, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from .log import Frame, Headers
from .messages import Request, Response

if TYPE_CHECKING:
    from .server import Wire

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


def is_asked_for(request: Request) -> bool:
    """Whether the request is a handshake for a path that speaks WebSocket."""
    upgrade = (request.header("Upgrade") or "").lower()
    return upgrade == "websocket" and request.site.routes.find_socket(request.path) is not None


class WebSocket:
    """What a handler talks through; every message goes to the log."""

    def __init__(self, wire: Wire, request: Request, deflate: PerMessageDeflate | None) -> None:
        self.request = request
        self._wire = wire
        self._partial: list[str | bytes] = []
        self._inbox: list[str | bytes] = []
        self._protocol = Connection(ConnectionType.SERVER, [deflate] if deflate else [])

    @property
    def is_open(self) -> bool:
        """Whether both sides may still speak."""
        return self._protocol.state is ConnectionState.OPEN

    async def receive(self) -> str | bytes | None:
        """The next whole message; None when the other side has closed or gone."""
        while not self._inbox:
            if not self.is_open:
                return None
            data = await self._wire.reader.read(65_536)
            self._protocol.receive_data(data or None)
            for event in self._protocol.events():
                await self._handle(event)
        return self._inbox.pop(0)

    async def send(self, message: str | bytes) -> None:
        """Send one message in one frame."""
        kind = TextMessage if isinstance(message, str) else BytesMessage
        await self._emit(kind(data=message))
        payload = message.encode() if isinstance(message, str) else message
        self._note("sent", "text" if isinstance(message, str) else "binary", payload)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close, and wait for the answer."""
        if not self.is_open:
            return
        await self._emit(CloseConnection(code=code, reason=reason))
        self._note("sent", "close", code.to_bytes(2, "big") + reason.encode())
        while self._protocol.state is ConnectionState.LOCAL_CLOSING:
            data = await self._wire.reader.read(65_536)
            self._protocol.receive_data(data or None)
            for event in self._protocol.events():
                await self._handle(event)

    async def _emit(self, event: Event) -> None:
        await self._wire.push(self._protocol.send(event))

    def _note(self, direction: str, kind: str, payload: bytes) -> None:
        self.request.entry.frames.append(Frame(direction, kind, payload))  # type: ignore[arg-type]

    async def _handle(self, event: Event) -> None:
        match event:
            case TextMessage() | BytesMessage():
                self._gather(event)
            case Ping():
                self._note("received", "ping", bytes(event.payload))
                await self._emit(event.response())
                self._note("sent", "pong", bytes(event.payload))
            case Pong():
                self._note("received", "pong", bytes(event.payload))
            case CloseConnection():
                payload = int(event.code).to_bytes(2, "big") + (event.reason or "").encode()
                self._note("received", "close", payload)
                if self._protocol.state is ConnectionState.REMOTE_CLOSING:
                    await self._emit(event.response())
                    self._note("sent", "close", payload)
                self.request.entry.completed = int(event.code) != 1006

    def _gather(self, event: Message) -> None:
        self._partial.append(event.data if isinstance(event.data, str) else bytes(event.data))
        if not event.message_finished:
            return
        whole: str | bytes
        if isinstance(event, TextMessage):
            whole = "".join(str(part) for part in self._partial)
            self._note("received", "text", whole.encode())
        else:
            whole = b"".join(part for part in self._partial if isinstance(part, bytes))
            self._note("received", "binary", whole)
        self._partial.clear()
        self._inbox.append(whole)


def _handshake(request: Request) -> tuple[Headers, PerMessageDeflate | None]:
    key = (request.header("Sec-WebSocket-Key") or "").encode()
    accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    headers = [
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Accept", accept),
    ]
    offers = [o.strip() for o in (request.header("Sec-WebSocket-Extensions") or "").split(",")]
    offer = next((o for o in offers if o.startswith("permessage-deflate")), None)
    deflate = PerMessageDeflate() if offer else None
    if deflate and offer:
        accepted = deflate.accept(offer)
        chosen = deflate.name if accepted is True else f"{deflate.name}; {accepted}"
        headers.append((b"Sec-WebSocket-Extensions", chosen.encode()))
    return headers, deflate


async def serve(wire: Wire, request: Request) -> None:
    """Shake hands, then let the handler of the path talk."""
    from .http1 import head_bytes

    headers, deflate = _handshake(request)
    request.entry.status, request.entry.response_headers = 101, headers
    await wire.push(head_bytes(Response(status=101), headers))
    talk = request.site.routes.find_socket(request.path)
    socket = WebSocket(wire, request, deflate)
    try:
        if talk:
            await talk(socket)
        await socket.close()
    except (LocalProtocolError, RemoteProtocolError):
        request.entry.completed = False
