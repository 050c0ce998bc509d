"""The exchanges as a WARC 1.1 file (ISO 28500:2017), one gzip member a record.

The blocks are the bytes of the wire: status lines, header order, chunks and content codings as the
server sent them. Only HTTP/2 heads are our rendering, and such records carry
``Holdfast-Head: made``. Every record has SHA-256 block and payload digests.

Extension fields: ``WARC-Protocol`` and ``WARC-Cipher-Suite`` (IIPC warc-specifications, issue 42
and its successors), ``Holdfast-Connection`` (the number of the connection, as in `capture.json`),
and in its place ``Holdfast-Cached`` where an exchange crossed the wire in an earlier capture of the
same job (its ID), and the browser was given the answer again.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from capture.assets.store import Asset
from capture.session.commitment import COMMITMENT
from capture.wire.exchange import Exchange, Message, WebSocketMessage
from capture.wire.http1 import header_fields
from capture.wire.reader import Reading

WEBSOCKET_TYPE = "application/vnd.holdfast.websocket+jsonl"
"""Content type of the metadata record that holds a WebSocket's messages, a JSON object a line."""

_URI_CHARACTERS = "".join(set(map(chr, range(0x21, 0x7F))) - set('<>"'))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_STORED, _FAST = 0, 4  # zlib levels: compressed media gain nothing from a second compression
_COMPRESSED_CODINGS = {b"gzip", b"br", b"zstd", b"deflate"}
_COMPRESSED_MEDIA = (b"image/", b"video/", b"audio/", b"font/", b"application/zip")


@dataclass(frozen=True)
class IndexEntry:
    """Where a response stands in the WARC file: what a CDXJ line says."""

    url: str
    method: str
    time_ns: int
    mime: str
    status: int
    digest: str
    offset: int
    length: int
    request_type: str
    request_body: bytes


class _Carrier(NamedTuple):
    """What an exchange came over: the server's address, TLS version and suite, and which it was."""

    address: str | None
    tls: tuple[str, str] | None
    which: tuple[str, str]


class WarcFile:
    """Writes one WARC file. `entries` and `records` grow as it is written.

    `info` is what its warcinfo says, and `made_ns` its date: Unix time in nanoseconds, the end of
    the capture or later. `with_redactions`: the exchanges hold commitments in the place of secrets;
    the records say so, and `redacted` counts them.
    """

    def __init__(
        self, path: Path, info: Mapping[str, str], made_ns: int, *, with_redactions: bool = False
    ) -> None:
        self._with_redactions = with_redactions
        self.redacted = 0
        self._members = _GzipMembers(path.open("xb"))
        self._writer = WARCWriter(self._members, gzip=False, warc_version="WARC/1.1")
        self.entries: list[IndexEntry] = []
        self.records = 0
        self._info_id = _record_id()
        body = "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()
        fields = [("WARC-Type", "warcinfo"), ("WARC-Record-ID", self._info_id)]
        fields.append(("WARC-Filename", path.name))
        self._write(fields, made_ns, body, body, "application/warc-fields", _FAST)

    @property
    def length(self) -> int:
        """Bytes written so far."""
        return self._members.length

    def close(self) -> None:
        """Finish the file."""
        self._members.close()

    def add(self, reading: Reading) -> None:
        """Write the exchanges of one connection."""
        tls = (reading.tls.version, reading.tls.cipher_suite) if reading.tls else None
        number = str(reading.connection.number)
        carrier = _Carrier(reading.connection.address, tls, ("Holdfast-Connection", number))
        for exchange in reading.exchanges:
            self._add_exchange(carrier, exchange)

    def add_cached(self, asset: Asset) -> str:
        """Write an exchange of an earlier capture; return its response's payload digest."""
        told = asset.connection["tls"]
        tls = (told["version"], told["cipher_suite"]) if told else None
        which = ("Holdfast-Cached", asset.capture_id)
        self._add_exchange(_Carrier(asset.connection["address"], tls, which), asset.exchange)
        return self.entries[-1].digest

    def _add_exchange(self, carrier: _Carrier, exchange: Exchange) -> None:
        request_id, response_id = _record_id(), _record_id()
        common = _common_fields(carrier, exchange)
        self._write_message(
            "request", request_id, common, exchange.request, exchange.request.first_byte_ns
        )
        concurrent = [*common, ("WARC-Concurrent-To", request_id)]
        for interim in exchange.interim:
            self._write_interim(concurrent, interim, exchange)
        if exchange.response is not None:
            self._write_response(response_id, concurrent, exchange, exchange.response)
        if exchange.websocket is not None:
            self._write_messages(concurrent, exchange.websocket, exchange)

    def _write_response(
        self,
        record_id: str,
        fields: list[tuple[str, str]],
        exchange: Exchange,
        response: Message,
    ) -> None:
        if exchange.truncated is not None:
            fields = [*fields, ("WARC-Truncated", exchange.truncated.value)]
        start = self.length
        digest = self._write_message(
            "response", record_id, fields, response, response.first_byte_ns
        )
        # From the heads as archived, so that whoever has the WARC can make the same index: a field
        # of HTTP/2 can hold what reads otherwise once it is a line.
        mime = _content_type(response.head)
        self.entries.append(
            IndexEntry(
                url=target_uri(exchange.url),
                method=exchange.method,
                time_ns=response.first_byte_ns,
                mime=mime.partition(";")[0].strip().lower(),
                status=exchange.status or 0,
                digest=digest,
                offset=start,
                length=self.length - start,
                request_type=_content_type(exchange.request.head),
                request_body=exchange.request.body,
            )
        )

    def _write_message(
        self,
        kind: str,
        record_id: str,
        fields: list[tuple[str, str]],
        message: Message,
        time_ns: int,
    ) -> str:
        head = [("WARC-Type", kind), ("WARC-Record-ID", record_id)]
        made = [("Holdfast-Head", "made")] if message.made else []
        made += self._redacted(fields, message.redacted)
        content_type = f"application/http; msgtype={kind}"
        block = message.head + message.body
        payload = _payload(block, dict(fields)["WARC-Target-URI"])
        level = _STORED if _is_compressed(message) else _FAST
        return self._write([*head, *fields, *made], time_ns, block, payload, content_type, level)

    def _redacted(
        self, fields: list[tuple[str, str]], parts: tuple[str, ...]
    ) -> list[tuple[str, str]]:
        """The field that says which parts of a record hold commitments (format, 11)."""
        if not self._with_redactions:
            return []
        parts = _where("uri", dict(fields)["WARC-Target-URI"].encode("latin-1")) + parts
        self.redacted += bool(parts)
        return [("Holdfast-Redacted", " ".join(parts))] if parts else []

    def _write_interim(
        self, fields: list[tuple[str, str]], interim: bytes, exchange: Exchange
    ) -> None:
        """A 1xx answer: no consumer expects two responses in one record, so it has its own."""
        head = [("WARC-Type", "metadata"), ("WARC-Record-ID", _record_id())]
        made = [("Holdfast-Head", "made")] if exchange.request.made else []
        made += self._redacted(fields, _where("head", interim))
        time_ns = exchange.request.last_byte_ns
        content_type = "application/http; msgtype=response"
        self._write([*head, *fields, *made], time_ns, interim, interim, content_type, _FAST)

    def _write_messages(
        self,
        fields: list[tuple[str, str]],
        messages: list[WebSocketMessage],
        exchange: Exchange,
    ) -> None:
        block = b"".join(_message_line(message) for message in messages)
        head = [("WARC-Type", "metadata"), ("WARC-Record-ID", _record_id())]
        fields = fields + self._redacted(fields, _where("body", block))
        time_ns = messages[0].time_ns if messages else exchange.request.last_byte_ns
        self._write([*head, *fields], time_ns, block, block, WEBSOCKET_TYPE, _FAST)

    def _write(
        self,
        fields: list[tuple[str, str]],
        time_ns: int,
        block: bytes,
        payload: bytes,
        content_type: str,
        level: int,
    ) -> str:
        """Write one record; return its payload digest."""
        digest = _digest(payload)
        if self.records:
            fields = [*fields, ("WARC-Warcinfo-ID", self._info_id)]
        fields = [
            *fields,
            ("WARC-Date", warc_date(time_ns)),
            ("WARC-Block-Digest", _digest(block)),
            ("WARC-Payload-Digest", digest),
        ]
        fields = [(name, _CONTROLS.sub(" ", value)) for name, value in fields]
        headers = StatusAndHeaders("", fields, protocol="WARC/1.1")
        kind = fields[0][1]
        record = ArcWarcRecord(
            "warc", kind, headers, BytesIO(block), None, content_type, len(block)
        )
        self._members.level = level
        self._writer.write_record(record)
        self.records += 1
        return digest


class _GzipMembers:
    """A file to warcio; each record, which warcio ends with a flush, becomes a gzip member."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._compressor: zlib._Compress | None = None
        self.level = _FAST
        self.length = 0

    def write(self, data: bytes) -> None:
        if self._compressor is None:
            self._compressor = zlib.compressobj(self.level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        self._put(self._compressor.compress(data))

    def flush(self) -> None:
        if self._compressor is not None:
            self._put(self._compressor.flush())
            self._compressor = None

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.length += len(data)


def warc_date(time_ns: int) -> str:
    """Unix time in nanoseconds as WARC 1.1 writes it, with microseconds."""
    moment = datetime.fromtimestamp(time_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ns // 1000 % 1_000_000:06}Z"


def target_uri(url: str) -> str:
    """`url`, whose characters stand for the bytes of the wire, as a URI (RFC 3986).

    Bytes that have no place in one are percent-encoded, as browsers do: a line end in there would
    make up fields, and a space would end the URL for those who read the index.
    """
    return quote(url, safe=_URI_CHARACTERS, encoding="latin-1", errors="replace")


def _payload(block: bytes, uri: str) -> bytes:
    """What readers of WARC take for the payload of an HTTP message: all after the first blank line.

    A line of nothing but white space is a blank line to them and not to browsers, and they look
    for HTTP only where the URI says http: without regard to that, a server could make its own
    records fail their check.
    """
    if not uri.startswith(("http:", "https:")):
        return block
    at = 0
    while (end := block.find(b"\n", at) + 1) > 0:
        if not _decoded(block[at:end]).strip():
            return block[end:]
        at = end
    return b""


def _where(part: str, data: bytes) -> tuple[str, ...]:
    """`part`, if `data` holds a commitment."""
    return (part,) if COMMITMENT.search(data) else ()


def _content_type(head: bytes) -> str:
    """The first Content-Type of a head (format, 9.5); empty where there is none."""
    fields = header_fields(head)
    values = (value for name, value in fields if name.lower() == b"content-type")
    return next(values, b"").decode("latin-1")


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _common_fields(carrier: _Carrier, exchange: Exchange) -> list[tuple[str, str]]:
    fields = [("WARC-Target-URI", target_uri(exchange.url))]
    if carrier.address is not None:
        fields.append(("WARC-IP-Address", carrier.address))
    fields.append(("WARC-Protocol", exchange.protocol))
    if carrier.tls is not None:
        version, suite = carrier.tls
        fields += [("WARC-Protocol", version), ("WARC-Cipher-Suite", suite)]
    fields.append(carrier.which)
    return fields


def _is_compressed(message: Message) -> bool:
    if (message.header(b"content-encoding") or b"").strip().lower() in _COMPRESSED_CODINGS:
        return True
    mime = (message.header(b"content-type") or b"").lower()
    return mime.startswith(_COMPRESSED_MEDIA) and not mime.startswith(b"image/svg")


def _message_line(message: WebSocketMessage) -> bytes:
    line: dict[str, object] = {
        "time": warc_date(message.time_ns),
        "from": message.sender,
        "kind": message.kind,
        "length": len(message.payload),
    }
    try:
        text = message.payload.decode() if message.kind == "text" else None
    except UnicodeDecodeError:  # not what the protocol allows, but what came
        text = None
    if text is None:
        line["base64"] = b64encode(message.payload).decode("ascii")
    else:
        line["text"] = text
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
