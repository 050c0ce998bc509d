"""The canary: a port that nobody may reach. It listens by TCP and UDP, and remembers who came.

It answers a TCP client with a page that says so, so that a leak is seen in a capture too.
"""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import Literal

HOST = "127.0.0.9"
KEPT = 4_096
PAGE = b"<!doctype html><title>canary</title><p>the canary was reached"
REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
)


@dataclass
class Hit:
    """A connection or datagram that arrived, with its first bytes."""

    kind: Literal["tcp", "udp"]
    peer: tuple[str, int]
    data: bytes = b""
    time: float = field(default_factory=time.time)


class Canary:
    """Sits at 127.0.0.9; the test asserts that `hits` stays empty."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self._tcp, self._udp = _pair()
        self.host, self.port = self._tcp.getsockname()[:2]
        self.servers: list[asyncio.Server] = []
        self._datagrams: list[asyncio.BaseTransport] = []
        self._visitors: set[asyncio.BaseTransport] = set()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/secret", scheme: str = "http") -> str:
        """The canary as a URL."""
        return f"{scheme}://{self.address}{path}"

    def spellings(self, path: str = "/secret") -> dict[str, str]:
        """The same URL with the address written in every way that browsers understand."""
        hosts = {
            "decimal": "2130706441",
            "octal": "0177.0.0.011",
            "hex": "0x7f000009",
            "hex parts": "0x7f.0x0.0x0.0x9",
            "short": "127.9",
            "trailing dot": "127.0.0.9.",
            "mapped": "[::ffff:127.0.0.9]",
            "mapped hex": "[::ffff:7f00:9]",
            "full width": "\uff11\uff12\uff17.0.0.\uff19",
            "ideographic dots": "127\u30020\u30020\u30029",
            "percent": "%31%32%37.0.0.9",
        }
        return {name: f"http://{host}:{self.port}{path}" for name, host in hosts.items()}

    def clear(self) -> None:
        """Forget who came."""
        self.hits.clear()

    async def start(self) -> None:
        """Listen, on the running event loop."""
        loop = asyncio.get_running_loop()
        self.servers.append(await loop.create_server(lambda: _Tcp(self), sock=self._tcp))
        transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(self.hits), sock=self._udp)
        self._datagrams.append(transport)

    def close(self) -> None:
        """Drop who is still there, and take no more datagrams."""
        for transport in (*self._visitors, *self._datagrams):
            transport.close()

    def came(self, transport: asyncio.BaseTransport, hit: Hit) -> None:
        """Note a TCP connection."""
        self._visitors.add(transport)
        self.hits.append(hit)

    def left(self, transport: asyncio.BaseTransport) -> None:
        """Its connection is over."""
        self._visitors.discard(transport)


def _pair() -> tuple[socket.socket, socket.socket]:
    """A TCP and a UDP socket with the same number."""
    while True:
        tcp = socket.create_server((HOST, 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
        else:
            return tcp, udp


class _Tcp(asyncio.Protocol):
    def __init__(self, canary: Canary) -> None:
        self._canary = canary

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._hit = Hit("tcp", tuple(transport.get_extra_info("peername") or ("", 0)))
        self._canary.came(transport, self._hit)

    def connection_lost(self, exc: Exception | None) -> None:
        self._canary.left(self._transport)

    def data_received(self, data: bytes) -> None:
        self._hit.data = (self._hit.data + data)[:KEPT]
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.write(REPLY)
        self._transport.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, hits: list[Hit]) -> None:
        self._hits = hits

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._hits.append(Hit("udp", addr, data[:KEPT]))
