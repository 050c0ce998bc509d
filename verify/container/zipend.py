"""Step 1, for a zip: its end records, from which everything else is found.

Zip readers search backwards for an end record and forgive what lies around it, which is how two
readers come to see two different archives in one file. Here the records are the last bytes of the
file (rules 1.1 and 1.2 of `zipgrammar.py`), or there is no archive.
"""

import struct
from typing import NamedTuple

from verify import limits
from verify.codes import Code
from verify.errors import Contradiction, Undecided

END = struct.Struct("<4s4H2IH")  # APPNOTE 4.3.16
LOCATOR = struct.Struct("<4sIQI")  # 4.3.15
END64 = struct.Struct("<4sQ2H2I4Q")  # 4.3.14
TAIL_BYTES = END64.size + LOCATOR.size + END.size  # all that the end records can take

FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF  # 'see the zip64 record'


class End(NamedTuple):
    """Where the central directory lies: offset and size in bytes, and how many entries it has."""

    offset: int
    size: int
    entries: int


def find_end(tail: bytes, file_size: int) -> End:
    """Read the end records from the file's last bytes (at most `TAIL_BYTES`) (1.1, 1.2)."""
    if len(tail) < END.size or not tail[-END.size :].startswith(b"PK\5\6"):
        raise Contradiction(
            Code.ZIP_END, "the file does not end with a zip's end record: cut off, or added to"
        )
    _, disk, first, here, total, size, offset, comment = END.unpack(tail[-END.size :])
    if comment:
        raise Contradiction(Code.ZIP_COMMENT, "the archive has a comment")
    start = file_size - END.size
    # Some writers add the zip64 record before anything is too large for the short one.
    longer = tail[: -END.size][-LOCATOR.size :].startswith(b"PK\6\7")
    if longer or FULL16 in {here, total} or FULL32 in {size, offset}:
        short = (here, total, size, offset)
        end, start = _find_end64(tail[: -END.size], start, short)
    else:
        end = End(offset, size, total)
    if disk or first or (here != total):
        raise Contradiction(Code.ZIP_END, "the archive claims to span several files")
    if end.offset + end.size != start:
        raise Contradiction(Code.ZIP_GAP, "the central directory does not end at the end record")
    if end.size > limits.ZIP_DIRECTORY_BYTES or end.entries > limits.CONTAINER_ENTRIES:
        raise Undecided(Code.LIMIT, f"the archive lists {end.entries} entries")
    return end


def _find_end64(tail: bytes, start: int, short: tuple[int, ...]) -> tuple[End, int]:
    """Read the zip64 end record, which must say what the short one says where that can."""
    if len(tail) < END64.size + LOCATOR.size:
        raise Contradiction(Code.ZIP_END, "the zip64 end record is missing")
    signature, disk, where, disks = LOCATOR.unpack(tail[-LOCATOR.size :])
    start -= LOCATOR.size + END64.size
    if (signature, disk, where, disks) != (b"PK\6\7", 0, start, 1):
        raise Contradiction(Code.ZIP_END, "the zip64 locator does not point at its record")
    record = END64.unpack(tail[-LOCATOR.size - END64.size : -LOCATOR.size])
    signature, length, _, _, disk, first, here, total, size, offset = record
    if (signature, length, disk, first) != (b"PK\6\6", END64.size - 12, 0, 0) or here != total:
        raise Contradiction(Code.ZIP_END, "the zip64 end record is malformed")
    for value, long, full in zip(
        short, (here, total, size, offset), (FULL16, FULL16, FULL32, FULL32), strict=True
    ):
        if value not in {long, full}:
            raise Contradiction(Code.ZIP_END, "the two end records disagree")
    return End(offset, size, total), start
