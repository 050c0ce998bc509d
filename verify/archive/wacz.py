"""Step 7, the replay package: page.wacz as it passes (WACZ 1.1.1; format, section 9).

    7.1 a zip of exactly the five entries of section 9.1 in their order, all stored, without gaps,
        comments or extra fields; local headers and central directory say the same
    7.2 datapackage.json lists the three files with their SHA-256 and size, and nothing else;
        datapackage-digest.json has its SHA-256                                    (`package.py`)
    7.3 the index is, byte for byte, the one that the WARC gives                   (`package.py`)
    7.4 pages.jsonl has the one page, which the index knows                        (`package.py`)

The WARC inside is handed on to `WarcReader` while it passes.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass

from verify import limits
from verify.archive.warc import WarcReader
from verify.codes import Code
from verify.container import zipend, zipgrammar
from verify.container.aside import Aside
from verify.container.contents import Measured
from verify.container.pushed import Push, Source, Steps
from verify.container.zipgrammar import CENTRAL, LOCAL, STORED, Entry
from verify.errors import Contradiction, Defect, Undecided

WACZ = "data/page.wacz"
WARC_ENTRY, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
ENTRIES = (WARC_ENTRY, INDEX, PAGES, PACKAGE, DIGEST)

_LONG = struct.Struct("<2H2Q")  # the zip64 field of a local header (APPNOTE 4.5.3)
_EPOCH = (0, 33)  # 1980-01-01 00:00:00: the true times are inside the files
_DIRECTORY_BYTES = 4096  # what five entries and the end records take, and some


@dataclass
class Package:
    """What was read of a package: sizes and hashes of its entries, and the small ones' bytes."""

    measured: dict[str, Measured]
    kept: dict[str, bytes]


class WaczReader(Push):
    """Reads page.wacz as it passes; its own findings are in `found`, the WARC's in `warc.found`."""

    def __init__(self, *, with_plaintexts: bool = False) -> None:
        super().__init__(self._read)
        self.warc = WarcReader(with_plaintexts=with_plaintexts)
        self.package = Package({}, {})

    def _read(self, source: Source) -> Steps:
        entries = []
        for name in ENTRIES:
            entry = yield from _local(source, name)
            entries.append(entry)
            if name == WARC_ENTRY:
                yield from self._measure(source, entry, self.warc.feed)
                self.warc.finish()
            elif name == INDEX:
                yield from self._measure(source, entry, _ignore)
            else:
                yield from self._keep(source, entry)
        rest = yield from source.take(_DIRECTORY_BYTES + 1)
        _check_directory(entries, rest, source.position)

    def _measure(self, source: Source, entry: Entry, use: Callable[[memoryview], None]) -> Steps:
        digest, crc, left = hashlib.sha256(), 0, entry.size
        with Aside() as aside:
            while left:
                piece = yield from source.some(left)
                if not piece:
                    raise _broken(Code.ZIP_DATA, "it is cut short", entry.name)
                aside.update(piece, digest)
                crc = zlib.crc32(piece, crc)
                left -= len(piece)
                use(piece)
                aside.wait()  # the next piece takes the place of this one
        self._note(entry, digest.hexdigest(), crc)

    def _keep(self, source: Source, entry: Entry) -> Steps:
        if entry.size > limits.KEPT_FILE_BYTES:
            message = f"{entry.name} has {entry.size} bytes; the limit is {limits.KEPT_FILE_BYTES}"
            raise Undecided(Code.LIMIT, message, WACZ)
        data = yield from source.take(entry.size)
        if len(data) < entry.size:
            raise _broken(Code.ZIP_DATA, "it is cut short", entry.name)
        self.package.kept[entry.name] = data
        self._note(entry, hashlib.sha256(data).hexdigest(), zlib.crc32(data))

    def _note(self, entry: Entry, sha256: str, crc: int) -> None:
        if crc != entry.crc:
            self.found.append(_broken(Code.ZIP_DATA, "it has another CRC", entry.name))
        self.package.measured[entry.name] = Measured(entry.size, sha256)


def _local(source: Source, name: str) -> Generator[None, None, Entry]:
    """Read the local header that must come here."""
    offset = source.position
    header = yield from source.take(LOCAL.size)
    if len(header) < LOCAL.size or not header.startswith(b"PK\3\4"):
        raise _broken(Code.PACKAGE_ENTRY, "no entry stands where it should", name)
    _, _, flags, method, time, date, crc, packed, size, name_length, extra_length = LOCAL.unpack(
        header
    )
    here = yield from source.take(name_length)
    extra = yield from source.take(extra_length)
    if here != name.encode("ascii"):
        raise _broken(Code.PACKAGE_ENTRY, "another entry stands where it should", name)
    if packed == size == zipend.FULL32 and len(extra) == _LONG.size:
        kind, length, size, packed = _LONG.unpack(extra)
        extra = b"" if (kind, length) == (1, _LONG.size - 4) else extra
    if flags or method != STORED or packed != size or extra or (time, date) != _EPOCH:
        raise _broken(Code.PACKAGE_ENTRY, "it is not plainly stored as the format says", name)
    return Entry(name, flags, method, (time, date), crc, packed, size, offset)


def _check_directory(entries: list[Entry], rest: bytes, file_size: int) -> None:
    """Hold the central directory and the end records against the entries as they were met."""
    if len(rest) > _DIRECTORY_BYTES:
        raise _broken(Code.PACKAGE_ENTRY, "more than the five entries", WACZ)
    start = file_size - len(rest)
    try:
        end = zipend.find_end(rest[-zipend.TAIL_BYTES :], file_size)
        listed = zipgrammar.read_directory(rest[: end.size], end) if end.offset == start else []
    except Defect as defect:
        defect.file = WACZ
        raise
    plain = sum(_central_bytes(entry) for entry in listed)
    if listed != entries or plain != end.size:
        message = "the central directory does not list these five entries, and them alone"
        raise Contradiction(Code.ZIP_DIRECTORY, message, WACZ)


def _central_bytes(entry: Entry) -> int:
    """Return the length of an entry's central header with nothing in it that need not be."""
    # Writers differ on whether a size of 2 to 4 GiB already takes the zip64 form; read_directory
    # has held whatever stands there against the sizes.
    long = [entry.size, entry.packed] if entry.size > _HALF else []
    long += [entry.offset] if entry.offset > _HALF else []
    return CENTRAL.size + len(entry.name) + (4 + 8 * len(long) if long else 0)


def _broken(code: Code, what: str, name: str) -> Contradiction:
    return Contradiction(code, f"{name}: {what}", WACZ)


def _ignore(_piece: memoryview) -> None:
    pass


_HALF = (1 << 31) - 1
