"""One HTTP request through the egress proxy: to timestamp authorities, for lists, to webhooks.

The standard library's client over a socket that the proxy connected: the proxy judges the address,
so nothing here can reach what a page could not. (httpx leaves its socket open when a SOCKS proxy
refuses, and costs a third of a second to import.)
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import certifi

from seal.errors import TransportError

_VERSION, _CONNECT, _NAME = 5, 1, 3
_CONTEXT_AUTHORITIES = certifi.where()


@dataclass(frozen=True)
class Request:
    """What to send: a GET, or a POST of `body`. The URL may be hostile: it is checked here."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Limits:
    """Seconds for each read and write, and bytes of the answer to read at most."""

    seconds: float
    answer_bytes: int


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status; `body` may be cut at the limit."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class _Place:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    path: str


def ask(proxy_port: int, request: Request, limits: Limits) -> tuple[str, bytes]:
    """Like `exchange`, but return content type and body of an answer with status 200.

    Raises `TransportError` for any other.
    """
    answer = exchange(proxy_port, request, limits)
    if answer.status != http.HTTPStatus.OK:
        raise TransportError(f"The server answered with HTTP {answer.status}")
    return answer.headers.get_content_type(), answer.body


def exchange(proxy_port: int, request: Request, limits: Limits) -> Answer:
    """Send `request` through the SOCKS proxy on loopback; return the answer. Blocks.

    Redirects are not followed. Raises `TransportError` where there is no answer, `TimeoutError`
    where it takes too long. Not guaranteed: that it ends within `limits.seconds` where a server
    sends byte by byte; closing the proxy ends it.
    """
    place = _place(request.url)
    connection = _Connection(place, proxy_port, limits.seconds)
    try:
        connection.request(request.method, place.path, request.body, request.headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read(limits.answer_bytes))
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise TransportError(f"The server could not be reached ({error})") from error
    finally:
        connection.close()


def host_of(url: str) -> str:
    """The host that `ask` asks the proxy for; empty where the URL is of no use."""
    try:
        return _place(url).host
    except TransportError:
        return ""


def _place(url: str) -> _Place:
    """Take a URL apart; raise `TransportError` for whatever is not a plain http or https URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        path.encode("ascii")
        name = _wire_name(host or "")
    except ValueError as error:  # also what idna and ascii cannot encode
        raise TransportError(f"{url!a} has a host, port or path of no usable form") from error
    if parts.scheme not in {"http", "https"} or not 0 < len(name) < 256 or port == 0:
        raise TransportError(f"{url!a} is not an http or https address")
    return _Place(parts.scheme, host or "", port or (443 if parts.scheme == "https" else 80), path)


def _wire_name(host: str) -> bytes:
    return host.encode("ascii") if host.isascii() else host.encode("idna")


class _Connection(http.client.HTTPConnection):
    """A connection that is made by the proxy, with TLS inside where the scheme asks for it."""

    def __init__(self, place: _Place, proxy_port: int, time_limit_s: float) -> None:
        super().__init__(place.host, place.port, timeout=time_limit_s)
        self._proxy_port, self._time_limit_s, self._scheme = proxy_port, time_limit_s, place.scheme

    def connect(self) -> None:
        """Ask the proxy; raise `OSError` where it refuses."""
        address = ("127.0.0.1", self._proxy_port)
        self.sock = socket.create_connection(address, self._time_limit_s)
        _connect_through(self.sock, self.host, self.port)
        if self._scheme == "https":
            context = ssl.create_default_context(cafile=_CONTEXT_AUTHORITIES)
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _connect_through(channel: socket.socket, host: str, port: int) -> None:
    """The client's side of RFC 1928 §3 to §6, with the host as a name."""
    name = _wire_name(host)
    channel.sendall(bytes([_VERSION, 1, 0]))
    _receive(channel, 2)
    request = bytes([_VERSION, _CONNECT, 0, _NAME, len(name)]) + name
    channel.sendall(request + port.to_bytes(2, "big"))
    if _receive(channel, 10)[1] != 0:
        raise ConnectionRefusedError("refused, unknown, or not a public address")


def _receive(channel: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = channel.recv(count - len(data))
        if not piece:
            raise ConnectionResetError("the connection was closed")
        data += piece
    return data
