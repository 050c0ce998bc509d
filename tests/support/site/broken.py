"""Ports that do not get as far as HTTP: refused, reset, silent, garbage."""

from __future__ import annotations

import asyncio
import socket
import struct

HOST = "127.0.0.1"
GARBAGE = b"SSH-2.0-OpenSSH_9.2\r\n\x00\x01\x02 this is no HTTP\r\n"
KINDS = ("refused", "reset", "silent", "garbage")


class BrokenPorts:
    """One port for each kind."""

    def __init__(self) -> None:
        self._sockets = {kind: socket.socket() for kind in KINDS}
        for taken in self._sockets.values():
            taken.bind((HOST, 0))
        self.servers: list[asyncio.Server] = []
        self._transports: set[asyncio.Transport] = set()

    def origin(self, kind: str, scheme: str) -> str:
        """Where a kind of failure is to be had."""
        host, port = self._sockets[kind].getsockname()
        return f"{scheme}://{host}:{port}"

    async def start(self) -> None:
        """Listen, on the running event loop; 'refused' stays bound but does not listen."""
        loop = asyncio.get_running_loop()
        for kind in KINDS[1:]:
            server = await loop.create_server(
                lambda kind=kind: _Broken(kind, self._transports), sock=self._sockets[kind]
            )
            self.servers.append(server)

    def close(self) -> None:
        """Drop who is still there."""
        for transport in list(self._transports):
            transport.abort()
        self._sockets["refused"].close()


class _Broken(asyncio.Protocol):
    def __init__(self, kind: str, open_ones: set[asyncio.Transport]) -> None:
        self._kind = kind
        self._open = open_ones

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(transport)
        if self._kind == "reset":
            no_linger = struct.pack("ii", 1, 0)  # closing sends RST in place of FIN
            taken = transport.get_extra_info("socket")
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
            transport.abort()
        elif self._kind == "garbage":
            transport.write(GARBAGE)

    def data_received(self, data: bytes) -> None:
        if self._kind == "garbage":  # closing before it is read would reset the connection
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self._transport)
