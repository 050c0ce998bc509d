"""HTTP/2 on the `h2` state machine: one reader, and one task for each stream."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from .log import Entry, Headers
from .messages import Raw, Response, as_bytes

if TYPE_CHECKING:
    from .server import Wire

# RFC 9113 section 8.2.2: these belong to HTTP/1 and make an HTTP/2 message malformed.
HOP_BY_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"proxy-connection"}


@dataclass
class Stream:
    """A request that is being received or answered."""

    number: int
    headers: Headers
    body: bytearray = field(default_factory=bytearray)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


async def serve(wire: Wire) -> None:
    """Answer the streams of one connection until it ends."""
    await Connection(wire).run()


class Connection:
    """One HTTP/2 connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._streams: dict[int, Stream] = {}
        self._window = asyncio.Event()
        self._h2 = H2Connection(
            H2Configuration(
                client_side=False,
                header_encoding=None,
                normalize_inbound_headers=False,  # the log keeps them as they came
                validate_outbound_headers=False,  # odd ones are sent on purpose
            )
        )

    async def run(self) -> None:
        """Read until the client goes."""
        self._h2.initiate_connection()
        self._h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: 256})
        try:
            await self._flush()
            while data := await self._wire.reader.read(65_536):
                for event in self._h2.receive_data(data):
                    self._handle(event)
                await self._flush()
        except ProtocolError:
            await self._flush()
        finally:
            await self._end()

    async def _end(self) -> None:
        tasks = [stream.task for stream in self._streams.values() if stream.task]
        for stream in self._streams.values():
            stream.gone.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _flush(self) -> None:
        data = self._h2.data_to_send()
        if data:
            await self._wire.push(data)

    def _handle(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self._streams[event.stream_id] = Stream(event.stream_id, _plain(event.headers))
            case DataReceived():
                if stream := self._streams.get(event.stream_id):
                    stream.body += event.data
                length = event.flow_controlled_length
                if length:
                    self._h2.acknowledge_received_data(length, event.stream_id)
            case StreamEnded():
                stream = self._streams[event.stream_id]
                stream.task = asyncio.get_running_loop().create_task(self._exchange(stream))
            case StreamReset():
                self._drop(event.stream_id)
            case WindowUpdated() | RemoteSettingsChanged():
                self._window.set()
            case ConnectionTerminated():
                self._window.set()

    def _drop(self, number: int) -> None:
        if stream := self._streams.get(number):
            stream.gone.set()
            if stream.task:
                stream.task.cancel()

    async def _exchange(self, stream: Stream) -> None:
        from .server import GONE, answer

        entry = self._open_entry(stream)
        try:
            reply = await answer(self._wire.request(entry, stream.gone))
            if isinstance(reply, Raw):
                await stream.gone.wait()
            else:
                await self._send(stream, entry, reply)
        except (ProtocolError, *GONE):
            pass  # the client has reset the stream or left; the entry shows how far it came
        except Exception as error:  # noqa: BLE001 - seen by the test through `site.errors`
            self._wire.site.errors.append(error)
        finally:
            entry.finished = True
            self._streams.pop(stream.number, None)

    def _open_entry(self, stream: Stream) -> Entry:
        pseudo = {n: v.decode("latin-1") for n, v in stream.headers if n.startswith(b":")}
        line = (pseudo.get(b":method", ""), pseudo.get(b":path", "/"), "2")
        return self._wire.open_entry(
            line,
            pseudo.get(b":authority", ""),
            stream=stream.number,
            request_headers=[(n, v) for n, v in stream.headers if not n.startswith(b":")],
            request_body=bytes(stream.body),
        )

    async def _send(self, stream: Stream, entry: Entry, response: Response) -> None:
        if response.early_hints:
            hints = _lower(as_bytes(response.early_hints))
            self._h2.send_headers(stream.number, [(b":status", b"103"), *hints])
            await self._flush()
            entry.interim.append((103, hints))
        headers = _lower(response.wire_headers())
        has_body = response.has_body(entry.method)
        if response.status not in {204, 304} and response.known_length is not None:
            headers.append((b"content-length", b"%d" % response.known_length))
        entry.status, entry.response_headers = response.status, headers
        entry.encoded_from = response.encoded_from
        status = (b":status", b"%d" % response.status)
        self._h2.send_headers(stream.number, [status, *headers], end_stream=not has_body)
        await self._flush()
        if has_body:
            await self._send_body(stream, entry, response)
        entry.completed = response.cut_after is None

    async def _send_body(self, stream: Stream, entry: Entry, response: Response) -> None:
        async for piece in response.pieces():
            await self._send_piece(stream.number, entry, piece)
        if response.cut_after is not None:
            entry.cut_by_server = True
            self._h2.reset_stream(stream.number, ErrorCodes.INTERNAL_ERROR)
        elif response.trailers:
            entry.trailers = _lower(as_bytes(response.trailers))
            self._h2.send_headers(stream.number, entry.trailers, end_stream=True)
        else:
            self._h2.end_stream(stream.number)
        await self._flush()

    async def _send_piece(self, number: int, entry: Entry, piece: bytes) -> None:
        start = 0
        while start < len(piece):
            window = self._h2.local_flow_control_window(number)
            size = min(window, self._h2.max_outbound_frame_size, len(piece) - start)
            if size <= 0:
                self._window.clear()
                await self._window.wait()
                continue
            part = piece[start : start + size]
            self._h2.send_data(number, part)
            await self._flush()
            self._wire.site.access_log.sent(entry, part)
            start += size


def _plain(headers: list[tuple[bytes, bytes]]) -> Headers:
    return [(bytes(name), bytes(value)) for name, value in headers]


def _lower(headers: Headers) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]
