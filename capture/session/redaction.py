"""Secrets out, commitments in: in bytes, texts, heads, and whole exchanges."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from capture.errors import RedactionFailed
from capture.session.bodies import NotReadable, decoded
from capture.session.commitment import commitment
from capture.session.forms import Form, forms
from capture.session.harvest import of_head
from capture.session.haystack import Haystack
from capture.session.tokens import bears_secret
from capture.wire.exchange import Exchange, Header, Message, WebSocketMessage
from capture.wire.http1 import header_fields

MOST_VALUES = 2_000
_FRAMING = {b"transfer-encoding", b"content-encoding", b"content-length", b"trailer"}
_CODING = b"content-encoding"
_FIELD = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")  # a line, and what is folded into it
_FOLD = re.compile(rb"\r?\n[ \t]+")
_TRAILERS = re.compile(rb"\n0+[ \t]*(?:;[^\n]*)?\r?\n((?:[^\r\n][^\n]*\n)+)\r?\n?\Z")
_ROUNDS = 4


@dataclass(frozen=True)
class _Secret:
    mark: bytes
    forms: tuple[Form, ...]


class Redactor:
    """Replaces `values` wherever they stand, however written. `withheld` counts whole bodies.

    The key of its commitments is made here, and is `key`.
    """

    def __init__(self, values: Iterable[bytes]) -> None:
        self.key = secrets.token_bytes(32)
        self.values = sorted(set(values), key=lambda value: (-len(value), value))
        if len(self.values) > MOST_VALUES:
            raise RedactionFailed(
                f"The site issued more than {MOST_VALUES} secrets during the capture: they cannot "
                "all be searched for. Capture the page without a session."
            )
        self._secrets = [
            _Secret(commitment(self.key, value), tuple(forms(value))) for value in self.values
        ]
        self.withheld = 0
        self._fields: set[bytes] = set()

    @property
    def opening(self) -> list[bytes]:
        """Every value that has a commitment so far, but for whole bodies that were withheld."""
        return sorted({*self.values, *self._fields})

    def holds(self, data: bytes) -> bool:
        """Whether a secret stands in `data`, in any of its forms."""
        hay = Haystack(data)
        return any(hay.holds(form) for secret in self._secrets for form in secret.forms)

    def redact(self, data: bytes) -> bytes:
        """`data` with a commitment in the place of each secret.

        Raises `RedactionFailed` where a secret would still be there.
        """
        for _ in range(_ROUNDS):
            before, hay = data, Haystack(data)
            for secret in self._secrets:
                for form in filter(hay.may_hold, secret.forms):
                    data = form.pattern.sub(secret.mark, data)
            if data == before:
                return data
        raise RedactionFailed(
            "A secret of the session could not be taken out of what the page showed."
        )

    def text(self, text: str) -> str:
        """As `redact`, for a text of the record."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def url(self, url: str) -> str:
        """As `redact`, for a URL whose characters stand for the bytes of the wire."""
        return self.redact(url.encode("latin-1", "replace")).decode("latin-1")

    def exchange(self, exchange: Exchange) -> Exchange:
        """The whole exchange, as it may stand in the archive."""
        response = exchange.response
        sockets = exchange.websocket
        return replace(
            exchange,
            url=self.url(exchange.url),
            request=self.message(exchange.request),
            response=self.message(response) if response else None,
            interim=[self.head(head) for head in exchange.interim],
            websocket=[self._frame(each) for each in sockets] if sockets is not None else None,
        )

    def message(self, message: Message) -> Message:
        """The message; where its body had to change, it has no codings and a right length."""
        head, body = self.head(message.head), message.body
        parts, safe = ["head"] if head != message.head else [], self._safe_body(message)
        if safe is not None:
            parts, body = [*parts, "body"], safe
            head = _reframed(head, len(body))
        if self.holds(head) or self.holds(body):
            raise RedactionFailed("A secret of the session could not be taken out of an exchange.")
        return replace(
            message,
            head=head,
            headers=_fields(head, made=message.made),
            body=body,
            entity=message.entity if safe is None else body,
            redacted=tuple(parts),
        )

    def head(self, head: bytes) -> bytes:
        """A head: fields that bear secrets have nothing but a commitment as their value."""
        first, *lines = _FIELD.findall(head)
        return self.redact(first) + b"".join(self._field(line) for line in lines)

    def _field(self, line: bytes) -> bytes:
        name, colon, value = line.partition(b":")
        end = b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b""
        if colon and bears_secret(name.decode("latin-1")):
            whole = _FOLD.sub(b" ", value).strip(b" \t\r\n")
            self._fields.add(whole)
            mark = commitment(self.key, whole)
            return self.redact(name) + b": " + mark + end
        unfolded = _FOLD.sub(b" ", line)
        return self.redact(unfolded) if self.holds(unfolded) or self.holds(line) else line

    def _safe_body(self, message: Message) -> bytes | None:
        """What is to stand in the place of the body; None where it may stand as it came."""
        if not message.body:
            return None
        codings = [value for name, value in message.headers if name.lower() == _CODING]
        coding = b",".join(codings).decode("latin-1")
        try:
            plain = decoded(message.entity, coding)
        except NotReadable:  # nobody can say what is in it
            self.withheld += 1
            return commitment(self.key, message.body)
        if any(self.holds(each) for each in {plain, message.entity, message.body}):
            return self.redact(plain)
        return None

    def _frame(self, message: WebSocketMessage) -> WebSocketMessage:
        return message._replace(payload=self.redact(message.payload))


def of_trailers(message: Message) -> Iterable[bytes]:
    """Values that the trailers of a chunked body issue (RFC 9112 §7.1.2)."""
    found = _TRAILERS.search(message.body[-65_536:])
    return of_head(header_fields(b"\r\n" + found[1])) if found else ()


def _reframed(head: bytes, length: int) -> bytes:
    """`head` for a body that is as long as told and has no codings."""
    lines = _FIELD.findall(head)
    end = next((line for line in reversed(lines) if line in {b"\r\n", b"\n"}), b"\r\n")
    first, *others = [_FOLD.sub(b" ", line) for line in lines if line.strip()]
    pairs = [(line.partition(b":")[0].strip().lower(), line) for line in others if b":" in line]
    kept = [line for name, line in pairs if name not in _FRAMING]
    return b"".join([first, *kept]) + b"Content-Length: %d" % length + end + end


def _fields(head: bytes, *, made: bool) -> list[Header]:
    """The fields of a head, as the record of the document lists them."""
    if not made:
        return header_fields(head)
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")[1:]
    pairs = [line.partition(b": ") for line in lines]
    return [(name, value) for name, _, value in pairs if name != b"host"]
