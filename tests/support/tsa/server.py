"""The authority's HTTP side (RFC 3161 section 3.4): loopback, a free port, plain HTTP."""

import contextlib
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.tsa.identity import Identity, shared_identity
from tests.support.tsa.lists import ListMaker, Lists
from tests.support.tsa.misbehaviour import Misbehaviour
from tests.support.tsa.responder import Responder

_MAX_QUERY_BYTES = 65_536


class TimestampAuthority:
    """A timestamp authority on loopback, from `with` to the end of the block.

    `misbehaviour` makes it lie or fail in one way; `delay_s` is how late a `SLOW` one answers
    (leaving the block ends its waiting). `identity` defaults to the one that this process shares.
    With `lists` the certificates are its own and name where their revocation lists are: at this
    server, which gives them rightly or wrongly, or at `lists_url`. No thread, socket or file is
    left behind.
    """

    def __init__(
        self,
        misbehaviour: Misbehaviour | None = None,
        *,
        identity: Identity | None = None,
        delay_s: float = 30.0,
        lists: Lists | None = None,
        lists_url: str | None = None,
    ) -> None:
        self._misbehaviour = misbehaviour
        self._identity = identity or shared_identity()
        self._delay_s = delay_s
        self._lists, self._lists_url = lists, lists_url
        self._list_maker: ListMaker | None = None
        self._closing = threading.Event()
        self.queries: list[bytes] = []
        """The bodies of all queries so far."""
        self.fetched: list[str] = []
        """The paths of all GET requests so far."""

    @property
    def url(self) -> str:
        """Where to POST timestamp queries."""
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    @property
    def root_pem(self) -> Path:
        """The file with the root certificate that a verifier must trust."""
        return self._identity.root_pem

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as open_:
            folder = open_.enter_context(tempfile.TemporaryDirectory(prefix="holdfast-test-tsa-"))
            self._server = _Server(("127.0.0.1", 0), _handler(self))
            open_.callback(self._server.server_close)  # waits for the threads of its answers
            if self._lists is not None:
                self._name_lists(Path(folder), self._lists)
            self._responder = Responder(self._identity, Path(folder), self._misbehaviour)
            thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
            thread.start()
            open_.callback(thread.join)
            open_.callback(self._server.shutdown)
            open_.callback(self._closing.set)
            self._open = open_.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _name_lists(self, folder: Path, lists: Lists) -> None:
        own = f"http://127.0.0.1:{self._server.server_port}/lists"
        directory = folder / "identity"
        directory.mkdir()
        self._identity = Identity(directory, "ec", self._lists_url or own)
        self._list_maker = ListMaker(self._identity, lists)

    def give_list(self, path: str) -> tuple[int, bytes]:
        """The HTTP status and body for a GET; called by the server's threads."""
        self.fetched.append(path)
        if self._list_maker is None:
            return 404, b"no lists here"
        if self._lists is Lists.SLOW:
            self._closing.wait(self._delay_s)
        return self._list_maker.answer(path)

    def respond(self, query: bytes) -> tuple[int, bytes]:
        """The HTTP status and body for a query; called by the server's threads."""
        self.queries.append(query)
        if self._misbehaviour is Misbehaviour.HTTP_ERROR:
            return 500, b"out of order"
        if self._misbehaviour is Misbehaviour.SLOW:
            self._closing.wait(self._delay_s)
        return 200, self._responder.answer(query)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that went away is not the authority's fault; all else is shown.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(authority: TimestampAuthority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds for a client to say something

        def do_POST(self) -> None:
            if self.headers.get("Content-Type") != "application/timestamp-query":
                self._send(415, b"POST an application/timestamp-query", "text/plain")
                return
            length = min(int(self.headers.get("Content-Length", "0")), _MAX_QUERY_BYTES)
            status, body = authority.respond(self.rfile.read(length))
            reply = "application/timestamp-reply" if status == 200 else "text/plain"
            self._send(status, body, reply)

        def do_GET(self) -> None:
            status, body = authority.give_list(self.path)
            with contextlib.suppress(ConnectionError):  # who reads no more has its reasons
                self._send(status, body, "application/pkix-crl")

        def log_message(self, *args: object) -> None:
            """Say nothing on stderr."""

        def _send(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/lists/elsewhere/issuing.crl")
            self.end_headers()
            self.wfile.write(body)

    return Handler
