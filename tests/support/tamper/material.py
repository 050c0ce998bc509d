"""The replay package taken apart, to be altered and put together again as anybody could."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.tamper.bag import Bag

WACZ, RECORD, WIRE, LEDGER = (
    "data/page.wacz",
    "data/capture.json",
    "data/wire.pcapng",
    "data/steps.jsonl",
)
WARC, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
ENTRIES = (WARC, INDEX, PAGES, PACKAGE, DIGEST)


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass
class Rec:
    """One WARC record: its header's fields in order, its block, and how its member is written."""

    fields: list[tuple[str, str]]
    block: bytes
    head: bytes
    end: bytes = b"\r\n\r\n"
    raw: bytes | None = None

    def get(self, name: str) -> str:
        return dict(self.fields)[name]

    def set(self, name: str, value: str) -> None:
        self.fields = [(key, value if key == name else old) for key, old in self.fields]

    def drop(self, name: str) -> None:
        self.fields = [pair for pair in self.fields if pair[0] != name]

    @property
    def kind(self) -> str:
        return self.get("WARC-Type")

    @property
    def payload(self) -> bytes:
        if self.kind == "warcinfo":
            return self.block
        return self.block.partition(b"\r\n\r\n")[2]

    def redigest(self) -> None:
        """Make length and both digests right again."""
        self.set("Content-Length", str(len(self.block)))
        self.set("WARC-Block-Digest", digest(self.block))
        self.set("WARC-Payload-Digest", digest(self.payload))

    def text(self) -> bytes:
        lines = "".join(f"{key}: {value}\r\n" for key, value in self.fields)
        return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + self.block + self.end

    def member(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return gzipped(self.text(), self.head)


def gzipped(text: bytes, head: bytes) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = stream.compress(text) + stream.flush()
    return head + packed + struct.pack("<2I", zlib.crc32(text), len(text))


def records(warc: bytes) -> list[Rec]:
    found = []
    while warc:
        stream = zlib.decompressobj(31)
        text = stream.decompress(warc)
        head, warc = warc[:10], stream.unused_data
        lines, _, rest = text.partition(b"\r\n\r\n")
        pairs = [line.split(": ", 1) for line in lines.decode().split("\r\n")[1:]]
        fields = [(key, value) for key, value in pairs]
        found.append(Rec(fields, rest[:-4], head))
    return found


@dataclass
class Package:
    """A replay package. `fix` puts right what hangs on the WARC, as far as it is not kept stale."""

    entries: dict[str, bytes]
    records: list[Rec]
    offsets: dict[int, Rec] = field(default_factory=dict)

    @classmethod
    def of(cls, bag: Bag) -> Package:
        with zipfile.ZipFile(io.BytesIO(bag.files[WACZ])) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        package = cls(entries, records(entries[WARC]))
        position = 0
        for record, size in zip(package.records, _sizes(entries[WARC]), strict=True):
            package.offsets[position] = record
            record.raw = entries[WARC][position : position + size]
            position += size
        return package

    def touch(self, record: Rec) -> Rec:
        """Have this record written anew."""
        record.raw = None
        return record

    def write_warc(self) -> None:
        self.entries[WARC] = b"".join(record.member() for record in self.records)

    def write_index(self) -> None:
        """Give each index line the place, length, digest and URL of its record; drop the others."""
        places, position = {}, 0
        for record in self.records:
            size = len(record.member())
            places[id(record)] = (position, size, record)
            position += size
        lines = []
        for line in self.entries[INDEX].decode().splitlines():
            key, stamp, text = line.split(" ", 2)
            fields = json.loads(text)
            record = self.offsets[int(fields["offset"])]
            if id(record) not in places:
                continue
            offset, size, _ = places[id(record)]
            if record.kind == "response":
                fields["status"] = record.block.split(b" ", 2)[1][:3].decode()
            fields |= {
                "digest": record.get("WARC-Payload-Digest"),
                "length": str(size),
                "offset": str(offset),
            }
            lines.append(f"{key} {stamp} {json.dumps(fields)}\n")
        self.entries[INDEX] = "".join(lines).encode()

    def write_manifest(self) -> None:
        described = json.loads(self.entries[PACKAGE])
        for resource in described["resources"]:
            data = self.entries[resource["path"]]
            resource |= {"hash": digest(data), "bytes": len(data)}
        self.entries[PACKAGE] = json.dumps(described, indent=2).encode()
        self.write_digest()

    def write_digest(self) -> None:
        text = {"path": PACKAGE, "hash": digest(self.entries[PACKAGE])}
        self.entries[DIGEST] = json.dumps(text, indent=2).encode() + b"\n"

    def zipped(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in self.entries.items():
                info = zipfile.ZipInfo(name)
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)
        return buffer.getvalue()

    def into(self, bag: Bag, *, counts: bool = True) -> None:
        """Put the package into the bag, with capture.json's counts, and all else as it is."""
        bag.files[WACZ] = self.zipped()
        if counts:
            told = {"records": len(self.records), "bytes": len(self.entries[WARC])}
            fields = json.loads(bag.files[RECORD])
            fields["warc"] = told
            bag.files[RECORD] = json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"

    def all_right(self) -> None:
        self.write_warc()
        self.write_index()
        self.write_manifest()


def _sizes(warc: bytes) -> list[int]:
    sizes = []
    while warc:
        stream = zlib.decompressobj(31)
        stream.decompress(warc)
        sizes.append(len(warc) - len(stream.unused_data))
        warc = stream.unused_data
    return sizes


Change = Callable[[Package], None]
