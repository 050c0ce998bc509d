"""The simulated site: a small outside web that a test controls and whose every byte it knows.

    with Site() as site:
        browse(site.url("/everything"))
        for entry in site.log:
            print(entry.method, entry.url, entry.status, entry.body_sha256, entry.completed)

It listens on several loopback addresses, each a role: `main`, `cdn`, `frames` and `internal`; each
role in three flavours: `http` (HTTP/1.1), `tls` (HTTP/1.1 over TLS) and `h2` (ALPN h2). A page
points to the other roles in the flavour that it was itself fetched by.

What a test uses:
- addresses: `url`, `tls_url`, `h2_url`, `cdn_url`, `frames_url`, `internal_url`; with a defect:
  `expired_url`, `wrong_host_url`, `self_signed_url`, `tls12_url`, `refused_url`, `silent_url`,
  `reset_url`, `garbage_url`; `ca_pem` is the file with the authority to trust.
- what happened: `log` (a snapshot), `clear_log()`, `wait_quiet()`, `canary.hits`, and `errors`
  (what went wrong in a handler: a test should find it empty).
- what is served: `network` (accounts and posts of the social network), `routes.at(path)` for a
  page of the test's own.

`python -m tests.support.site` starts it for a person to look at.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import tls
from .broken import BrokenPorts
from .canary import Canary, Hit
from .log import AccessLog, Entry, Frame, Headers
from .messages import Request, Response
from .network import Network
from .pages import all_routes, not_found
from .server import DEFECTS, FLAVOURS, HOSTS, Listener, Server, bind

__all__ = ["Entry", "Frame", "Headers", "Hit", "Request", "Response", "Site"]


class Site:
    """The site, running between `with` and its end in a thread of its own."""

    def __init__(self, *, seed: int = 1, port: int = 0) -> None:
        self.access_log = AccessLog()
        self.errors: list[BaseException] = []
        self.routes = all_routes()
        self.network = Network(seed)
        self.canary: Canary
        self.broken: BrokenPorts
        self.not_found = not_found
        self._port = port
        self._listeners: dict[tuple[str, str], Listener] = {}
        self._thread: threading.Thread | None = None
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        for role in HOSTS:
            for flavour in FLAVOURS:
                port = self._port if (role, flavour) == ("main", "http") else 0
                self._listeners[role, flavour] = bind(role, flavour, port)
        for defect in DEFECTS:
            self._listeners["main", defect] = bind("main", defect)
        self.canary, self.broken = Canary(), BrokenPorts()
        self._folder = tempfile.TemporaryDirectory(prefix="site-")
        self.ca_pem.write_bytes(tls.certificate_pem(tls.authority().certificate))
        running = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(running,), name="simulated-site")
        self._thread.start()
        running.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread:
            self._thread.join()
        for listener in self._listeners.values():
            listener.socket.close()
        if self._folder:
            self._folder.cleanup()

    def _run(self, running: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(self._unhandled)
        server = Server(self, list(self._listeners.values()))
        try:
            self._loop.run_until_complete(server.run(running, self._stop))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()
            running.set()

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not isinstance(error, OSError):  # clients vanish; that is no error
            self.errors.append(error)

    @property
    def log(self) -> list[Entry]:
        """What happened so far, in order of arrival."""
        return self.access_log.snapshot()

    def clear_log(self) -> None:
        """Forget what happened so far."""
        self.access_log.clear()

    def wait_quiet(self, timeout: float = 10.0) -> bool:
        """Wait until no exchange is under way; false if that took too long."""
        until = time.monotonic() + timeout
        while self.access_log.open_count():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    @property
    def ca_pem(self) -> Path:
        """The certificate of the authority that signed the site's certificates."""
        if self._folder is None:
            raise RuntimeError("the site has not been started: use it in a with statement")
        return Path(self._folder.name) / "ca.pem"

    @property
    def spki_pins(self) -> str:
        """For Chromium's `--ignore-certificate-errors-spki-list`: what else it would not trust."""
        return tls.pin(tls.leaf("good"))

    def listener(self, role: str = "main", flavour: str = "http") -> Listener:
        """A server of the site: its `address` is for those who speak to it by a plain socket."""
        return self._listeners[role, flavour]

    def origin(self, role: str = "main", flavour: str = "http") -> str:
        """Scheme, address and port of a server of the site."""
        host, port = self._listeners[role, flavour].address
        return f"{'http' if flavour == 'http' else 'https'}://{host}:{port}"

    def url(self, path: str = "/") -> str:
        """A page over plain HTTP/1.1."""
        return self.origin() + path

    def tls_url(self, path: str = "/") -> str:
        """A page over TLS and HTTP/1.1."""
        return self.origin("main", "tls") + path

    def h2_url(self, path: str = "/") -> str:
        """A page over TLS and HTTP/2."""
        return self.origin("main", "h2") + path

    def cdn_url(self, path: str = "/", flavour: str = "http") -> str:
        """Something of the content server, 127.0.0.2."""
        return self.origin("cdn", flavour) + path

    def frames_url(self, path: str = "/", flavour: str = "http") -> str:
        """A page of another origin, 127.0.0.3."""
        return self.origin("frames", flavour) + path

    def internal_url(self, path: str = "/", flavour: str = "http") -> str:
        """A server that no page should be let near, 127.0.0.9."""
        return self.origin("internal", flavour) + path

    def expired_url(self, path: str = "/") -> str:
        """TLS with an expired certificate."""
        return self.origin("main", "expired") + path

    def wrong_host_url(self, path: str = "/") -> str:
        """TLS with the certificate of another host."""
        return self.origin("main", "wrong-host") + path

    def self_signed_url(self, path: str = "/") -> str:
        """TLS with a self-signed certificate."""
        return self.origin("main", "self-signed") + path

    def tls12_url(self, path: str = "/") -> str:
        """TLS 1.2 at most, HTTP/2."""
        return self.origin("main", "tls12") + path

    def refused_url(self, path: str = "/", scheme: str = "http") -> str:
        """Nobody listens here."""
        return self.broken.origin("refused", scheme) + path

    def reset_url(self, path: str = "/", scheme: str = "http") -> str:
        """Accepts, and resets the connection at once."""
        return self.broken.origin("reset", scheme) + path

    def silent_url(self, path: str = "/", scheme: str = "http") -> str:
        """Accepts, and says nothing, not even a TLS hello."""
        return self.broken.origin("silent", scheme) + path

    def garbage_url(self, path: str = "/", scheme: str = "http") -> str:
        """Accepts, and speaks something that is no HTTP."""
        return self.broken.origin("garbage", scheme) + path
