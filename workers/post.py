"""An HTTP POST through the egress proxy, for timestamp authorities.

The standard library's client over a socket that the proxy connected: the proxy judges the address,
so nothing here can reach what a page could not. (httpx leaves its socket open when a SOCKS proxy
refuses, and costs a third of a second to import.)
"""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import certifi

from seal.errors import TransportError

_VERSION, _CONNECT, _NAME = 5, 1, 3
_CONTEXT_AUTHORITIES = certifi.where()


def post(
    proxy_port: int, url: str, body: bytes, headers: dict[str, str], limits: tuple[float, int]
) -> tuple[str, bytes]:
    """POST `body` to `url` through the SOCKS proxy on loopback; return content type and body.

    `limits` are seconds for each read and write, and bytes of the answer to read at most. Blocks.
    Raises `TransportError` where there is no answer with status 200, `TimeoutError` where it takes
    too long. Redirects are not followed.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TransportError(f"'{url}' is not an http or https address")
    connection = _Connection(parts.hostname, _port(url), proxy_port, limits[0], parts.scheme)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        data = answer.read(limits[1])
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise TransportError(f"The authority could not be reached ({error})") from error
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise TransportError(f"The authority answered with HTTP {answer.status}")
    return answer.headers.get_content_type(), data


def _port(url: str) -> int:
    parts = urlsplit(url)
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise TransportError(f"'{url}' has no usable port ({error})") from error


class _Connection(http.client.HTTPConnection):
    """A connection that is made by the proxy, with TLS inside where the scheme asks for it."""

    def __init__(
        self, host: str, port: int, proxy_port: int, time_limit_s: float, scheme: str
    ) -> None:
        super().__init__(host, port, timeout=time_limit_s)
        self._proxy_port, self._time_limit_s, self._scheme = proxy_port, time_limit_s, scheme

    def connect(self) -> None:
        """Ask the proxy; raise `OSError` where it refuses."""
        address = ("127.0.0.1", self._proxy_port)
        self.sock = socket.create_connection(address, self._time_limit_s)
        _ask(self.sock, self.host, self.port)
        if self._scheme == "https":
            context = ssl.create_default_context(cafile=_CONTEXT_AUTHORITIES)
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _ask(channel: socket.socket, host: str, port: int) -> None:
    """The client's side of RFC 1928 §3 to §6, with the host as a name."""
    name = host.encode("idna") if not host.isascii() else host.encode("ascii")
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
