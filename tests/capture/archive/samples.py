"""Exchanges to archive, and a reading of WARC files that shares nothing with what wrote them."""

import gzip
import re
import zlib
from pathlib import Path

from capture.archive.warc import WarcFile
from capture.egress.spool import Connection
from capture.wire.exchange import Exchange, Message
from capture.wire.http1 import read_exchanges
from capture.wire.reader import Reading
from capture.wire.stream import Stream
from capture.wire.tls import TlsSession

NS = 1_795_186_717_010_951_423  # 2026-11-20T14:58:37.010951423Z
INFO = {"software": "holdfast 0.1.0", "format": "WARC File Format 1.1"}
GET = b"GET /page?b=2&a=1 HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n"
PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
)


def exchanges(sent: bytes, received: bytes, *, closed=True, scheme="https") -> list[Exchange]:
    streams = Stream([(NS, sent)]), Stream([(NS + 1_000_000, received)])
    found = read_exchanges(3, scheme, *streams, server_closed=closed)
    return [exchange for exchange, _, _ in found]


def made_exchange(url: str, **changes) -> Exchange:
    """An HTTP/2 exchange with this URL."""
    request = Message(b"GET / HTTP/2\r\nhost: a.test\r\n\r\n", [], b"", b"", NS, NS, made=True)
    headers = [(b"content-type", b"text/html")]
    head = b"HTTP/2 200 \r\ncontent-type: text/html\r\n\r\n"
    response = Message(head, headers, b"hello", b"hello", NS + 1, NS + 2, made=True)
    fields = {"method": "GET", "protocol": "h2", "response": response, "status": 200} | changes
    return Exchange(3, url, request=fields.pop("request", request), **fields)


def reading(*found: Exchange, tls: bool = True, address: str | None = "192.0.2.9") -> Reading:
    session = TlsSession("tls/1.3", "TLS_AES_128_GCM_SHA256", "a.test") if tls else None
    connection = Connection(3, "a.test", 443, NS, address=address, connected_ns=NS)
    return Reading(connection, session, list(found))


def write(path: Path, *readings: Reading) -> WarcFile:
    """A finished WARC file with these readings."""
    warc = WarcFile(path, INFO, NS)
    try:
        for each in readings:
            warc.add(each)
    finally:
        warc.close()
    return warc


class Record(dict):
    """A record's fields by name (the last of each); `all` has every one, `block` what follows."""

    def __init__(self, data: bytes):
        head, _, rest = data.partition(b"\r\n\r\n")
        version, *lines = head.decode("ascii").split("\r\n")
        assert version == "WARC/1.1"
        self.all = [tuple(line.split(": ", 1)) for line in lines]
        super().__init__(self.all)
        assert rest[-4:] == b"\r\n\r\n"
        self.block = rest[:-4]
        assert int(self["Content-Length"]) == len(self.block)
        for name, _ in self.all:
            assert re.fullmatch(r"[A-Za-z-]+", name)


def members(path: Path) -> list[bytes]:
    """The gzip members of the file, each expanded by itself."""
    data, found = path.read_bytes(), []
    while data:
        inflater = zlib.decompressobj(wbits=31)
        found.append(inflater.decompress(data))
        assert inflater.eof
        data = inflater.unused_data
    assert gzip.decompress(path.read_bytes()) == b"".join(found)
    return found


def records(path: Path) -> list[Record]:
    return [Record(member) for member in members(path)]


def only(path: Path, kind: str) -> Record:
    [record] = [each for each in records(path) if each["WARC-Type"] == kind]
    return record
