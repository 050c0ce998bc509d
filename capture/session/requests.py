"""Requests read while they leave: enough of HTTP/1 and HTTP/2 to judge each before it is gone.

Unlike the archive's readers these are strict: what they do not understand does not leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from hpack import Decoder
from hpack.exceptions import HPACKError
from hyperframe.exceptions import HyperframeError
from hyperframe.frame import ContinuationFrame, DataFrame, Frame, HeadersFrame, RstStreamFrame

from capture.session.actions import LARGEST_BODY, head_refusal, refusal
from capture.wire.exchange import Header
from capture.wire.http1 import header_fields
from capture.wire.http2 import PREFACE

_HEAD_END = b"\r\n\r\n"
_LARGEST_HEAD = 256 << 10
_LARGEST_FRAME = 1 << 20
_FRAME_HEAD = 9
_LENGTH = re.compile(rb"[0-9]{1,9}")


class Refused(Exception):
    """A request that must not leave."""

    def __init__(self, reason: str, method: str = "", url: str = "") -> None:
        super().__init__(reason)
        self.reason, self.method, self.url = reason, method, url


class RequestReader(Protocol):
    """Reads one connection's requests. `origin` is its ``host:port``, for want of a better name."""

    def __init__(self, scheme: str, origin: str) -> None: ...

    @property
    def is_waiting(self) -> bool:
        """Whether what was fed holds a request that cannot be judged yet."""

    def feed(self, data: bytes) -> None:
        """Read on. Raises `Refused`."""


@dataclass
class _Asked:
    """A request under way."""

    method: str
    url: str
    content_type: str
    body: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes) -> None:
        """More of the body."""
        self.body += data
        if len(self.body) > LARGEST_BODY:
            raise Refused("a body too large for a question", self.method, self.url)

    def judge_head(self) -> None:
        """Before the body."""
        self._refuse(head_refusal(self.method, self.url))

    def judge(self) -> None:
        """Whole."""
        self._refuse(refusal(self.method, self.url, bytes(self.body), self.content_type))

    def _refuse(self, reason: str | None) -> None:
        if reason is not None:
            raise Refused(reason, self.method, self.url)


class Http1Requests:
    """Requests one after the other, with bodies of known length only."""

    def __init__(self, scheme: str, origin: str) -> None:
        self._scheme, self._origin = scheme, origin
        self._data = bytearray()

    @property
    def is_waiting(self) -> bool:
        """See `RequestReader`."""
        return bool(self._data)

    def feed(self, data: bytes) -> None:
        """See `RequestReader`."""
        self._data += data
        while (end := self._data.find(_HEAD_END)) >= 0:
            asked, length = self._head(bytes(self._data[: end + len(_HEAD_END)]))
            start = end + len(_HEAD_END)
            if len(self._data) < start + length:
                return
            asked.take(bytes(self._data[start : start + length]))
            asked.judge()
            del self._data[: start + length]
        if len(self._data) > _LARGEST_HEAD:
            raise Refused("a head without end")

    def _head(self, head: bytes) -> tuple[_Asked, int]:
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(words) != 3 or words[2] != "HTTP/1.1":
            raise Refused("no request of HTTP/1.1")
        fields: dict[bytes, bytes] = {}
        for name, value in header_fields(head):
            if name.lower() in fields and name.lower() in {b"content-length", b"host"}:
                raise Refused("two fields that must be one")
            fields[name.lower()] = value
        host = fields.get(b"host", self._origin.encode()).decode("latin-1")
        url = f"{self._scheme}://{host}{words[1]}"
        asked = _Asked(words[0], url, fields.get(b"content-type", b"").decode("latin-1"))
        if b"upgrade" in fields:
            raise Refused("a WebSocket, whose messages could act", words[0], url)
        if b"transfer-encoding" in fields:
            raise Refused("a body of unknown length", words[0], url)
        asked.judge_head()
        length = fields.get(b"content-length", b"0")
        if not _LENGTH.fullmatch(length) or int(length) > LARGEST_BODY:
            raise Refused("a body too large for a question", words[0], url)
        return asked, int(length)


class Http2Requests:
    """The client's frames; a stream's request is judged when the client has ended it."""

    def __init__(self, scheme: str, origin: str) -> None:
        self._scheme, self._origin = scheme, origin
        self._data = bytearray()
        self._decoder = Decoder()
        self._decoder.max_allowed_table_size = 1 << 24  # negotiated by the ends; we only follow
        self._block = bytearray()
        self._open: dict[int, _Asked] = {}
        self._began = self._in_block = False

    @property
    def is_waiting(self) -> bool:
        """See `RequestReader`."""
        return bool(self._open) or self._in_block or bool(self._data)

    def feed(self, data: bytes) -> None:
        """See `RequestReader`."""
        self._data += data
        if not self._began:
            if len(self._data) < len(PREFACE):
                return
            del self._data[: len(PREFACE)]
            self._began = True
        try:
            while self._next_frame():
                pass
        except (HyperframeError, HPACKError) as error:
            raise Refused("frames of HTTP/2 that cannot be read") from error

    def _next_frame(self) -> bool:
        if len(self._data) < _FRAME_HEAD:
            return False
        frame, length = Frame.parse_frame_header(memoryview(bytes(self._data[:_FRAME_HEAD])))
        if length > _LARGEST_FRAME:
            raise Refused("a frame of HTTP/2 without end")
        if len(self._data) < _FRAME_HEAD + length:
            return False
        frame.parse_body(memoryview(bytes(self._data[_FRAME_HEAD : _FRAME_HEAD + length])))
        del self._data[: _FRAME_HEAD + length]
        self._take(frame)
        return True

    def _take(self, frame: Frame) -> None:
        number = frame.stream_id
        if isinstance(frame, HeadersFrame | ContinuationFrame):
            self._take_fields(frame)
        elif isinstance(frame, DataFrame):
            if number not in self._open:
                raise Refused("a body where none belongs")
            self._open[number].take(bytes(frame.data))
        elif isinstance(frame, RstStreamFrame) and number in self._open:
            asked = self._open[number]  # a server could act on what there is of it
            raise Refused("a request taken back before it was whole", asked.method, asked.url)
        if "END_STREAM" in frame.flags:
            self._end(number)

    def _take_fields(self, frame: HeadersFrame | ContinuationFrame) -> None:
        self._block += frame.data
        self._in_block = "END_HEADERS" not in frame.flags
        if len(self._block) > _LARGEST_HEAD:
            raise Refused("a head without end")
        if self._in_block:
            if "END_STREAM" in frame.flags:
                raise Refused("a head in pieces")  # its end would be judged before its fields
            return
        fields = [
            (bytes(n), bytes(v)) for n, v in self._decoder.decode(bytes(self._block), raw=True)
        ]
        self._block.clear()
        self._open[frame.stream_id] = self._asked(fields)

    def _asked(self, fields: list[Header]) -> _Asked:
        found = {name: value.decode("latin-1") for name, value in fields}
        host, path = found.get(b":authority", self._origin), found.get(b":path", "")
        method, url = found.get(b":method", ""), f"{self._scheme}://{host}{path}"
        if b":protocol" in found or method == "CONNECT":
            raise Refused("a WebSocket, whose messages could act", method, url)
        asked = _Asked(method, url, found.get(b"content-type", ""))
        asked.judge_head()
        return asked

    def _end(self, number: int) -> None:
        asked = self._open.pop(number, None)
        if asked is None:
            raise Refused("the end of a request that did not begin")
        asked.judge()
