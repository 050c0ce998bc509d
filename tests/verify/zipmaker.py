"""Makes zips byte by byte, so that each rule of the archive's grammar can be broken alone."""

import struct
import zlib
from dataclasses import dataclass, field, replace

from tests.verify.bagmaker import CAPTURE_ID, Files

DOS_TIME, DOS_DATE = 0x5166, 0x5AC1


@dataclass
class Entry:
    """What is said of an entry in its local header and in the central directory.

    `local` and `central` override fields in the one or the other place only.
    """

    name: bytes
    data: bytes
    method: int = 0
    flags: int = 0
    mode: int = 0o100644
    extra: bytes = b""
    comment: bytes = b""
    packed: bytes | None = None
    before: bytes = b""
    after: bytes = b""
    local: dict = field(default_factory=dict)
    central: dict = field(default_factory=dict)

    def fields(self, changes: dict) -> dict:
        packed = self.data if self.packed is None else self.packed
        fields = {
            "version": 20,
            "flags": self.flags,
            "method": self.method,
            "time": DOS_TIME,
            "date": DOS_DATE,
            "crc": zlib.crc32(self.data),
            "packed": len(packed),
            "size": len(self.data),
            "name": self.name,
            "extra": self.extra,
        }
        return {**fields, **changes}


def head(f: dict) -> bytes:
    names = ("version", "flags", "method", "time", "date", "crc", "packed", "size")
    lengths = (len(f["name"]), len(f["extra"]))
    return struct.pack("<5H3I2H", *(f[name] for name in names), *lengths)


def deflated(entry: Entry) -> Entry:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return replace(entry, method=8, packed=stream.compress(entry.data) + stream.flush())


def entries(files: Files, root: str = CAPTURE_ID) -> dict[str, Entry]:
    return {path: Entry(f"{root}/{path}".encode(), data) for path, data in files.items()}


def pack(
    parts: list[Entry],
    *,
    prefix: bytes = b"",
    gap: bytes = b"",
    between: bytes = b"",
    comment: bytes = b"",
    suffix: bytes = b"",
    end: dict | None = None,
    order=list,
) -> bytes:
    """Return the archive; without arguments a right one."""
    out = bytearray(prefix)
    central = []
    for entry in parts:
        out += entry.before
        f = entry.fields(entry.local)
        offset = len(out)
        out += b"PK\3\4" + head(f) + f["name"] + f["extra"]
        out += (entry.data if entry.packed is None else entry.packed) + entry.after
        f = {**entry.fields(entry.central)}
        tail = struct.pack(
            "<3H2I",
            len(entry.comment),
            f.get("disk", 0),
            f.get("internal", 0),
            entry.mode << 16,
            f.get("offset", offset),
        )
        made = b"PK\1\2" + struct.pack("<H", 0x031E) + head(f) + tail
        central.append(made + f["name"] + f["extra"] + entry.comment)
    out += gap
    start = len(out)
    out += b"".join(order(central))
    count, size = len(parts), len(out) - start
    fields = {"disk": 0, "first": 0, "here": count, "total": count, "size": size, "offset": start}
    fields.update(end or {})
    out += between
    out += b"PK\5\6" + struct.pack("<4H2IH", *fields.values(), len(comment)) + comment + suffix
    return bytes(out)
