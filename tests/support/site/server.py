"""Listeners: which address and port speaks what, and the hand-over to HTTP/1, HTTP/2 or worse."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import http1, http2, tls
from .log import Entry, Headers
from .messages import Answer, Request, html

if TYPE_CHECKING:
    from . import Site

HOSTS = {"main": "127.0.0.1", "cdn": "127.0.0.2", "frames": "127.0.0.3", "internal": "127.0.0.9"}
FLAVOURS = ("http", "tls", "h2")
DEFECTS = ("expired", "wrong-host", "self-signed", "tls12")

# Everything that a peer which goes away, or speaks nonsense, makes a stream raise.
GONE = (OSError, EOFError, ssl.SSLError, asyncio.LimitOverrunError)


@dataclass(frozen=True)
class Listener:
    """One bound socket: `role` is the server it plays, `flavour` how it speaks."""

    role: str
    flavour: str
    address: tuple[str, int]
    socket: socket.socket = field(repr=False, compare=False)

    @property
    def family(self) -> str:
        """The flavour of the whole site that its pages should point to."""
        return self.flavour if self.flavour in FLAVOURS else "tls"

    @property
    def context(self) -> ssl.SSLContext | None:
        """How it does TLS, if it does."""
        if self.flavour == "http":
            return None
        if self.flavour == "h2":
            return tls.context("good", ("h2", "http/1.1"))
        if self.flavour == "tls12":
            return tls.context("good", ("h2", "http/1.1"), "TLSv1_2")
        kind = self.flavour if self.flavour in DEFECTS else "good"
        return tls.context(kind, ("http/1.1",))


def bind(role: str, flavour: str, port: int = 0) -> Listener:
    """Take a port at the address of that role."""
    # the protocol is named because asyncio sets TCP_NODELAY only where it is: else each answer of
    # head and body waits 40 ms for an acknowledgement
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((HOSTS[role], port))
    taken.listen(512)
    return Listener(role, flavour, taken.getsockname(), taken)


class WatchedReader(asyncio.StreamReader):
    """A stream reader that tells at once, by `gone`, when the client has left."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=2**20, loop=loop)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        """Called by the protocol at the end of the stream, and when the connection is lost."""
        self.gone.set()
        super().feed_eof()

    def set_exception(self, exc: Exception) -> None:
        """Called by the protocol when the connection breaks."""
        self.gone.set()
        super().set_exception(exc)


@dataclass
class Wire:
    """One accepted connection."""

    site: Site
    listener: Listener
    reader: WatchedReader
    writer: asyncio.StreamWriter
    number: int

    async def push(self, data: bytes) -> None:
        """Write, and wait until it has left."""
        if self.writer.transport.is_closing():
            raise ConnectionResetError("the client has left")
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # lets the loop tell of a lost connection, which `drain` may miss

    def open_entry(
        self, request_line: tuple[str, str, str], authority: str, **rest: object
    ) -> Entry:
        """Begin the log entry of a request that came by this connection."""
        secure: ssl.SSLObject | None = self.writer.get_extra_info("ssl_object")
        method, target, version = request_line
        return self.site.access_log.open(
            role=self.listener.role,
            flavour=self.listener.flavour,
            server=self.listener.address,
            client=tuple(self.writer.get_extra_info("peername") or ("", 0))[:2],
            connection=self.number,
            tls=secure is not None,
            tls_version=secure.version() if secure else None,
            cipher=(secure.cipher() or (None,))[0] if secure else None,
            alpn=secure.selected_alpn_protocol() if secure else None,
            http_version=version,
            method=method,
            target=target,
            authority=authority,
            **rest,
        )

    def request(self, entry: Entry, gone: asyncio.Event) -> Request:
        """The request of an entry, for its handler."""
        headers: Headers = entry.request_headers
        return Request(
            self.site,
            self.listener,
            entry.method,
            entry.target,
            entry.http_version,
            headers,
            entry.request_body,
            gone,
            entry,
        )


async def answer(request: Request) -> Answer:
    """Call the handler; its failure is a 500 that the tests can see in `site.errors`."""
    handler = request.site.routes.find(request.path)
    try:
        if handler is None:
            return request.site.not_found(request)
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - a wrong handler must not take the server with it
        request.site.errors.append(error)
        return html(f"<!doctype html><title>500</title><p>{type(error).__name__}", 500)


async def _settle() -> None:
    """Let the loop do what it has put off: opening and closing take it a few rounds."""
    for _ in range(8):
        await asyncio.sleep(0)


async def _close(servers: list[asyncio.Server]) -> None:
    """Accept no more, wait until those just accepted are there, and only then close.

    A connection that is being accepted while its server closes would never be closed itself.
    """
    loop = asyncio.get_running_loop()
    for server in servers:
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
    await _settle()
    for server in servers:
        server.close()


async def _drop_everything() -> None:
    """End every task but this one, half-made TLS handshakes among them."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await _settle()


class Server:
    """All listeners of a site on one event loop."""

    def __init__(self, site: Site, listeners: list[Listener]) -> None:
        self._site = site
        self._listeners = listeners
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    async def run(self, started: threading.Event, stop: asyncio.Event) -> None:
        """Serve until told to stop, then leave nothing behind."""
        loop = asyncio.get_running_loop()
        extras = (self._site.canary, self._site.broken)
        servers = [
            await loop.create_server(
                lambda listener=listener: self._protocol(listener),
                sock=listener.socket,
                ssl=listener.context,
            )
            for listener in self._listeners
        ]
        for extra in extras:
            await extra.start()
        started.set()
        await stop.wait()
        await _close([*servers, *self._site.canary.servers, *self._site.broken.servers])
        for extra in extras:
            extra.close()
        await _drop_everything()

    def _protocol(self, listener: Listener) -> asyncio.StreamReaderProtocol:
        loop = asyncio.get_running_loop()
        reader = WatchedReader(loop)

        def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            wire = Wire(self._site, listener, reader, writer, next(self._numbers))
            task = loop.create_task(self._serve(wire))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return asyncio.StreamReaderProtocol(reader, accepted, loop=loop)

    async def _serve(self, wire: Wire) -> None:
        transport = wire.writer.transport
        # `drain` is to return when the bytes have left; over TLS a limit of 0 would never resume
        transport.set_write_buffer_limits(high=1, low=0)
        secure = wire.writer.get_extra_info("ssl_object")
        speaks_h2 = secure is not None and secure.selected_alpn_protocol() == "h2"
        try:
            await (http2.serve(wire) if speaks_h2 else http1.serve(wire))
        except GONE:
            pass
        except Exception as error:  # noqa: BLE001 - seen by the test through `site.errors`
            self._site.errors.append(error)
        finally:
            wire.writer.close()
            with contextlib.suppress(*GONE, asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(wire.writer.wait_closed(), 0.5)
            transport.abort()
