"""Which handler answers a path: exact paths first, then the longest prefix."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .messages import Answer, Request

if TYPE_CHECKING:
    from .websocket import WebSocket

Handler = Callable[[Request], Awaitable[Answer]]
SocketHandler = Callable[["WebSocket"], Awaitable[None]]


class Routes:
    """A table of handlers. Each module of pages has one; the site joins them."""

    def __init__(self) -> None:
        self._exact: dict[str, Handler] = {}
        self._under: dict[str, Handler] = {}
        self._sockets: dict[str, SocketHandler] = {}

    def at(self, *paths: str) -> Callable[[Handler], Handler]:
        """Answer these very paths."""

        def register(handler: Handler) -> Handler:
            self._exact.update(dict.fromkeys(paths, handler))
            return handler

        return register

    def under(self, prefix: str) -> Callable[[Handler], Handler]:
        """Answer every path that begins so."""

        def register(handler: Handler) -> Handler:
            self._under[prefix] = handler
            return handler

        return register

    def websocket(self, path: str) -> Callable[[SocketHandler], SocketHandler]:
        """Talk to WebSocket clients at this path."""

        def register(handler: SocketHandler) -> SocketHandler:
            self._sockets[path] = handler
            return handler

        return register

    def serve(self, path: str, response: Callable[[], Answer]) -> None:
        """Answer a path with a response that needs nothing of the request."""

        async def answer(request: Request) -> Answer:
            return response()

        self._exact[path] = answer

    def forget(self, path: str) -> None:
        """Take back what `at` or `serve` set."""
        self._exact.pop(path, None)

    def include(self, other: Routes) -> None:
        """Take over another table."""
        self._exact |= other._exact
        self._under |= other._under
        self._sockets |= other._sockets

    def paths(self, prefix: str) -> list[str]:
        """The exact paths that begin so."""
        return [path for path in self._exact if path.startswith(prefix)]

    def find(self, path: str) -> Handler | None:
        """The handler of a path."""
        if path in self._exact:
            return self._exact[path]
        fitting = [prefix for prefix in self._under if path.startswith(prefix)]
        return self._under[max(fitting, key=len)] if fitting else None

    def find_socket(self, path: str) -> SocketHandler | None:
        """The WebSocket handler of a path."""
        return self._sockets.get(path)
