"""A tiny icon font, drawn here: TrueType by hand, and the same wrapped as WOFF.

Three pictures in the private use area: U+E000 a heart, U+E001 a reply arrow, U+E002 a wave. The
tables are those which browsers insist on; see the OpenType specification for their layout.
"""

from __future__ import annotations

import functools
import struct
import zlib

UNITS = 1000
Point = tuple[int, int]
NOTDEF: list[Point] = [(100, 0), (100, 700), (600, 700), (600, 0)]
HEART: list[Point] = [
    (500, 0), (80, 420), (80, 620), (220, 740), (380, 720), (500, 590),
    (620, 720), (780, 740), (920, 620), (920, 420),
]  # fmt: skip
REPLY: list[Point] = [
    (420, 80), (60, 400), (420, 720), (420, 520), (700, 500), (940, 140), (680, 300), (420, 290),
]  # fmt: skip
WAVE: list[Point] = [
    (60, 300), (240, 520), (420, 300), (600, 520), (780, 300), (940, 500),
    (940, 340), (780, 140), (600, 360), (420, 140), (240, 360), (60, 140),
]  # fmt: skip
GLYPHS = (NOTDEF, HEART, REPLY, WAVE)
FIRST = 0xE000


def _glyph(points: list[Point]) -> bytes:
    """One contour of straight lines, coordinates as 16-bit differences."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    out = struct.pack(">hhhhh", 1, min(xs), min(ys), max(xs), max(ys))
    out += struct.pack(">HH", len(points) - 1, 0) + b"\x01" * len(points)  # on-curve points
    for axis in (xs, ys):
        last = 0
        for value in axis:
            out += struct.pack(">h", value - last)
            last = value
    return out + b"\0" * (-len(out) % 4)


def _cmap() -> bytes:
    last = FIRST + len(GLYPHS) - 2
    # format 4: one segment for the icons, and the closing one that the format demands
    segments = struct.pack(">HHHHHHH", 4, 32, 0, 4, 4, 1, 0)
    segments += struct.pack(">HH", last, 0xFFFF) + struct.pack(">H", 0)
    segments += struct.pack(">HH", FIRST, 0xFFFF)
    segments += struct.pack(">HH", (1 - FIRST) & 0xFFFF, 1) + struct.pack(">HH", 0, 0)
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + segments


def _name() -> bytes:
    texts = [(1, "Murmur Icons"), (2, "Regular"), (4, "Murmur Icons"), (6, "MurmurIcons")]
    records, storage = b"", b""
    for number, text in texts:
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(data), len(storage))
        storage += data
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + storage


def _tables() -> dict[str, bytes]:
    shapes = [_glyph(points) for points in GLYPHS]
    offsets = [sum(len(shape) for shape in shapes[:i]) for i in range(len(shapes) + 1)]
    count = len(GLYPHS)
    head = struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        0x10000, 0x10000, 0, 0x5F0F3CF5, 0b11, UNITS, 0, 0, 0, 0, UNITS, 800, 0, 8, 2, 0, 0,
    )  # fmt: skip
    hhea = struct.pack(
        ">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, UNITS, 0, 0, UNITS, 1, *[0] * 7, count
    )
    maxp = struct.pack(">IHHHHHHHHHHHHHH", 0x10000, count, 16, 1, 0, 0, 1, *[0] * 8)
    os2 = struct.pack(">HhHHH", 4, UNITS, 400, 5, 0) + struct.pack(">10h", *[0] * 10)
    os2 += struct.pack(">h", 0) + b"\0" * 10 + struct.pack(">4I", 0, 1 << 28, 0, 0) + b"MURM"
    os2 += struct.pack(">HHHhhhHH", 0x40, FIRST, FIRST + count - 2, 800, -200, 0, 800, 200)
    os2 += struct.pack(">II", 1, 0) + struct.pack(">hhHHH", 500, 700, 0, 32, 1)
    return {
        "OS/2": os2,
        "cmap": _cmap(),
        "glyf": b"".join(shapes),
        "head": head,
        "hhea": hhea,
        "hmtx": struct.pack(">Hh", UNITS, 0) * count,
        "loca": struct.pack(f">{count + 1}H", *[offset // 2 for offset in offsets]),
        "maxp": maxp,
        "name": _name(),
        "post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF


@functools.cache
def truetype() -> bytes:
    """The font as TrueType."""
    tables = _tables()
    out = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    offset, body = 12 + 16 * len(tables), b""
    for tag, data in tables.items():
        out += tag.encode() + struct.pack(">III", _checksum(data), offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    font = bytearray(out + body)
    head = offset + sum(len(d) + -len(d) % 4 for t, d in tables.items() if t < "head")
    font[head + 8 : head + 12] = struct.pack(
        ">I", (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF
    )
    return bytes(font)


@functools.cache
def woff() -> bytes:
    """The font as WOFF 1.0: the same tables, each compressed."""
    sfnt = truetype()
    count = struct.unpack(">H", sfnt[4:6])[0]
    directory, body = b"", b""
    start = 44 + 20 * count
    for index in range(count):
        tag, checksum, offset, length = struct.unpack(">4sIII", sfnt[12 + 16 * index :][:16])
        original = sfnt[offset : offset + length]
        packed = min(zlib.compress(original), original, key=len)
        directory += struct.pack(">4sIIII", tag, start + len(body), len(packed), length, checksum)
        body += packed + b"\0" * (-len(packed) % 4)
    total = start + len(body)
    header = struct.pack(
        ">4sIIHHIHHIIIII", b"wOFF", 0x10000, total, count, 0, len(sfnt), 1, *[0] * 6
    )
    return header + directory + body
