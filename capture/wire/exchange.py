"""One request and what came back: the unit of the archive."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

Header = tuple[bytes, bytes]
"""Name and value, as they stood on the wire."""


class Truncation(enum.Enum):
    """Why a response is not whole; the values are those of WARC 1.1's WARC-Truncated."""

    LENGTH = "length"  # the capture's limit on bytes
    TIME = "time"  # the capture's limit on time, or its end
    DISCONNECT = "disconnect"  # the server or the page ended it early
    UNSPECIFIED = "unspecified"


class WebSocketMessage(NamedTuple):
    """A WebSocket message or control frame.

    `sender` is ``page`` or ``server``; `kind` is ``text``, ``binary``, ``close``, ``ping`` or
    ``pong``; `payload` is unmasked and decompressed.
    """

    time_ns: int
    sender: str
    kind: str
    payload: bytes


@dataclass
class Message:
    """A request or a response.

    `head` is everything up to and with the empty line, `body` what follows, framed as on the wire
    (chunks and content coding untouched). `made` says that the head did not travel in this form:
    HTTP/2 sends fields, not lines, and this is our rendering of them. `entity` is the body without
    transfer coding. `redacted` names the parts (``head``, ``body``) that hold commitments in the
    place of secrets.
    """

    head: bytes
    headers: list[Header]
    body: bytes
    entity: bytes
    first_byte_ns: int
    last_byte_ns: int
    made: bool = False
    redacted: tuple[str, ...] = ()

    def header(self, name: bytes) -> bytes | None:
        """The value of the first header called `name` (lower case), or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass
class Exchange:
    """One request with its response, if one came.

    `url` is absolute; `protocol` is ``http/0.9``, ``http/1.0``, ``http/1.1`` or ``h2``; `interim`
    are the heads of 1xx responses that came before; `connection` is the number of the connection
    in the spool.
    """

    connection: int
    url: str
    method: str
    protocol: str
    request: Message
    response: Message | None = None
    status: int | None = None
    interim: list[bytes] = field(default_factory=list)
    truncated: Truncation | None = None
    websocket: list[WebSocketMessage] | None = None


class HttpProblem(Exception):
    """The bytes are not HTTP as we know it; the message says where it stops."""
