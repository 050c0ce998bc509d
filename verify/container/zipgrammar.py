"""Step 1, for a bag carried as a zip: the archive's grammar, far stricter than zip readers are.

Readers disagree about damaged or crafted archives: one trusts the central directory, another the
local headers, a third searches for anything that looks like an entry. So this accepts only what
all of them must read alike (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4; format, section 1.2):

    1.1 the end records are the last bytes of the file, on one disk, without a comment
    1.2 the central directory ends where they begin, and holds exactly the entries they count
    1.3 every entry is stored or deflated, plain, and a regular file or a directory
    1.4 the names are plain relative ASCII paths below one directory, no two alike
    1.5 the entries lie in that order from byte 0 to the central directory without a gap, each
        local header repeating what the central directory says

Functions here take bytes and return or raise `Contradiction`; `files.py` does the reading.
"""

import stat
import struct
from typing import NamedTuple

from verify import limits
from verify.codes import Code
from verify.container.zipend import FULL32, End
from verify.errors import Contradiction, Undecided
from verify.quoting import shown

STORED, DEFLATED = 0, 8
CENTRAL = struct.Struct("<4s6H3I5H2I")  # 4.3.12
LOCAL = struct.Struct("<4s5H3I2H")  # 4.3.7
DESCRIPTOR, DESCRIPTOR64 = struct.Struct("<4s3I"), struct.Struct("<4sI2Q")  # 4.3.9

_ENCRYPTED, _DESCRIPTOR = 0x0001, 0x0008
_FLAGS = 0x0002 | 0x0004 | _DESCRIPTOR | 0x0800  # deflate hints, descriptor, UTF-8 names
_NEWEST_VERSION = 45  # zip64; anything newer needs a feature that is refused
_ZIP64 = 0x0001
_EXTRAS = {_ZIP64, 0x5455, 0x7875, 0x000A}  # sizes; times and owners, which change no content


class Entry(NamedTuple):
    """An entry as the central directory describes it; sizes and offset are in bytes."""

    name: str
    flags: int
    method: int
    stamp: tuple[int, int]
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def is_directory(self) -> bool:
        """Directory entries end with a slash and carry nothing."""
        return self.name.endswith("/")


def read_directory(data: bytes, end: End) -> list[Entry]:
    """Parse the central directory, whole and with nothing left over (1.2 and 1.3)."""
    entries = []
    position = 0
    for _ in range(end.entries):
        header = data[position : position + CENTRAL.size]
        if len(header) < CENTRAL.size or not header.startswith(b"PK\1\2"):
            raise Contradiction(Code.ZIP_DIRECTORY, "the central directory is cut short")
        lengths = CENTRAL.unpack(header)[10:13]
        position += CENTRAL.size
        variable = data[position : position + sum(lengths)]
        if len(variable) < sum(lengths):
            raise Contradiction(Code.ZIP_DIRECTORY, "the central directory is cut short")
        entries.append(_entry(header, variable))
        position += sum(lengths)
    if position != len(data):
        raise Contradiction(Code.ZIP_DIRECTORY, "the central directory has more than its entries")
    return entries


def _entry(header: bytes, variable: bytes) -> Entry:
    fields = CENTRAL.unpack(header)
    _, _, version, flags, method, time, date, crc, packed, size, name_length, extra_length = fields[
        :12
    ]
    comment, disk, internal, external, offset = fields[12:]
    name = plain_name(variable[:name_length])
    extra = variable[name_length : name_length + extra_length]
    if comment:
        raise Contradiction(Code.ZIP_COMMENT, "the entry has a comment", name)
    if flags & _ENCRYPTED:
        raise Contradiction(Code.ZIP_ENCRYPTED, "the entry is encrypted", name)
    if flags & ~_FLAGS or version > _NEWEST_VERSION or disk or internal > 1:
        raise Contradiction(Code.ZIP_FEATURE, "the entry uses a feature that is not allowed", name)
    if method not in {STORED, DEFLATED}:
        raise Contradiction(Code.ZIP_METHOD, f"compression method {method} is not allowed", name)
    size, packed, offset = _long_sizes(extra, (size, packed, offset), name)
    entry = Entry(name, flags, method, (time, date), crc, packed, size, offset)
    _check_kind(entry, external >> 16)
    return entry


def _check_kind(entry: Entry, mode: int) -> None:
    """Accept regular files and directories only; 0 is what systems without file modes write."""
    expected = stat.S_IFDIR if entry.is_directory else stat.S_IFREG
    if stat.S_IFMT(mode) not in {0, expected}:
        raise Contradiction(Code.FILE_SPECIAL, "a symbolic link or special file", entry.name)
    if entry.is_directory and (entry.size or entry.packed):
        raise Contradiction(Code.ZIP_DATA, "a directory entry carries data", entry.name)


def _extras(extra: bytes, name: str) -> dict[int, bytes]:
    """Split an extra field (APPNOTE 4.5.1), which must be whole and of harmless kinds."""
    fields: dict[int, bytes] = {}
    while extra:
        kind, length = struct.unpack("<2H", extra[:4].ljust(4, b"\xff"))
        if kind not in _EXTRAS or kind in fields or length > len(extra) - 4:
            raise Contradiction(Code.ZIP_FEATURE, "an extra field that is not allowed", name)
        fields[kind] = extra[4 : 4 + length]
        extra = extra[4 + length :]
    return fields


def _long_sizes(extra: bytes, values: tuple[int, ...], name: str) -> tuple[int, ...]:
    """Replace each 'full' value by its zip64 one (4.5.3), of which there must be no more."""
    long = _extras(extra, name).get(_ZIP64, b"")
    if len(long) != 8 * values.count(FULL32):
        raise Contradiction(Code.ZIP_FEATURE, "a zip64 field that does not fit its header", name)
    numbers = iter(struct.unpack(f"<{len(long) // 8}Q", long))
    return tuple(next(numbers) if value == FULL32 else value for value in values)


def plain_name(raw: bytes) -> str:
    """Decode an entry's name, refusing what any system could read as another place (1.4)."""
    name = raw.decode("latin-1")
    segments = name.removesuffix("/").split("/")
    if (
        not all("!" <= char <= "~" and char not in '\\:*?"<>|' for char in name)
        or not all(segments)
        or {".", ".."} & set(segments)
    ):
        raise Contradiction(Code.ZIP_NAME, f"the name {shown(name)} is not a plain relative path")
    return name


def common_root(entries: list[Entry]) -> str:
    """Return the one directory that holds everything; no two names may be alike (1.4).

    Names are ASCII by now, so that Unicode normalisation has nothing left to fold.
    """
    seen: set[str] = set()
    for entry in entries:
        key = entry.name.removesuffix("/").casefold()
        if key in seen:
            raise Contradiction(Code.ZIP_DUPLICATE, "two entries have this name", entry.name)
        seen.add(key)
    roots = {entry.name.split("/")[0] for entry in entries if "/" in entry.name}
    if len(roots) != 1 or any("/" not in entry.name for entry in entries):
        raise Contradiction(Code.ZIP_NAME, "the entries do not lie below one directory")
    return roots.pop()


def check_expansion(entries: list[Entry], file_size: int) -> None:
    """Raise `Undecided` for an archive that would expand beyond the limits."""
    allowed = limits.ZIP_EXPANSION_BYTES + limits.ZIP_EXPANSION_RATIO * file_size
    expanded = sum(entry.size for entry in entries)
    if expanded > allowed:
        raise Undecided(
            Code.LIMIT, f"the archive would expand to {expanded} bytes; the limit is {allowed}"
        )


def variable_bytes(header: bytes) -> int:
    """Return the length of the name and extra field that follow a local header."""
    name_length, extra_length = LOCAL.unpack(header)[-2:]
    return int(name_length + extra_length)


def check_local(entry: Entry, header: bytes, variable: bytes) -> int:
    """Compare a local header with its entry (1.5); return the size of the descriptor after it."""
    signature, version, flags, method, time, date, crc, packed, size, name_length, _ = LOCAL.unpack(
        header
    )
    extra = variable[name_length:]
    long = _ZIP64 in _extras(extra, entry.name)
    size, packed = _long_sizes(extra, (size, packed), entry.name)
    later = bool(entry.flags & _DESCRIPTOR)
    told: tuple[int, ...] = (entry.crc, entry.packed, entry.size)
    if later:  # what the writer did not know yet is 0 here, and stands in the descriptor
        here = (crc, packed, size)
        told = tuple(value if local else 0 for value, local in zip(told, here, strict=True))
    if (
        signature != b"PK\3\4"
        or version > _NEWEST_VERSION
        or (flags, method, (time, date)) != (entry.flags, entry.method, entry.stamp)
        or variable[:name_length] != entry.name.encode("ascii")
        or (crc, packed, size) != told
    ):
        raise Contradiction(
            Code.ZIP_HEADER, "the local header disagrees with the central directory", entry.name
        )
    if not later:
        return 0
    return DESCRIPTOR64.size if long else DESCRIPTOR.size


def check_descriptor(entry: Entry, data: bytes) -> None:
    """Compare the data descriptor behind an entry's data with the entry."""
    form = DESCRIPTOR64 if len(data) == DESCRIPTOR64.size else DESCRIPTOR
    if form.unpack(data) != (b"PK\7\x08", entry.crc, entry.packed, entry.size):
        raise Contradiction(Code.ZIP_HEADER, "the data descriptor disagrees", entry.name)
