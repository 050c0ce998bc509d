"""One tall PNG out of PNG tiles of the same width, pixel for pixel.

A PNG's pixels are filtered rows, compressed as one stream (PNG, Third Edition, §§7, 9, 10). The
rows of the tiles are put under each other and compressed again; no pixel is computed, except that
the first row of a tile, which was filtered with nothing above it, is told so.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from isal import isal_zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NO_FILTER, _SUB, _UP, _AVERAGE, _PAETH = range(5)
_BYTES_PER_PIXEL = {2: 3, 6: 4}  # by colour type: RGB, RGB with alpha
_PIECE = 1 << 20


class BadTile(ValueError):
    """No PNG, not of the kind that the browser makes, or not like the tiles before it."""


class _Header(NamedTuple):
    """IHDR (§11.2.1)."""

    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filtering: int
    interlace: int

    @property
    def row_bytes(self) -> int:
        """A row with the filter's number in front."""
        return 1 + self.width * _BYTES_PER_PIXEL[self.colour]


class Mosaic:
    """Takes tiles from top to bottom; `finish` gives the whole picture.

    In memory are one tile's rows and the compressed whole.
    """

    def __init__(self) -> None:
        self._first: _Header | None = None
        self._height = 0
        self._compressor = isal_zlib.compressobj(1)
        self._data: list[bytes] = []

    def add(self, tile: bytes) -> None:
        """Put `tile`, a PNG of 8 bits a channel, below what is there. Raises `BadTile`."""
        header, rows = _read(tile)
        if self._first is None:
            self._first = header
        elif header._replace(height=0) != self._first._replace(height=0):
            raise BadTile("the tiles differ in width or colours")
        self._height += header.height
        first_row = _unfilter_top(rows[: header.row_bytes], _BYTES_PER_PIXEL[header.colour])
        self._data.append(self._compressor.compress(first_row))
        self._data.append(self._compressor.compress(memoryview(rows)[header.row_bytes :]))

    def finish(self) -> bytes:
        """The PNG. Raises `BadTile` where there was no tile."""
        if self._first is None:
            raise BadTile("there is no tile")
        header = self._first._replace(height=self._height)
        data = b"".join([*self._data, self._compressor.flush()])
        pieces = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
        return b"".join(
            [
                _SIGNATURE,
                _chunk(b"IHDR", struct.pack(">IIBBBBB", *header)),
                *(_chunk(b"IDAT", piece) for piece in pieces),
                _chunk(b"IEND", b""),
            ]
        )


def _read(png: bytes) -> tuple[_Header, bytes]:
    """A tile's header and filtered rows."""
    chunks = list(_chunks(png))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise BadTile("no PNG")
    header = _Header(*struct.unpack(">IIBBBBB", chunks[0][1]))
    if header[2:3] + header[4:] != (8, 0, 0, 0) or header.colour not in _BYTES_PER_PIXEL:
        raise BadTile("a kind of PNG that the browser does not make")
    size = header.row_bytes * header.height
    inflate = zlib.decompressobj()
    try:
        rows = inflate.decompress(b"".join(d for name, d in chunks if name == b"IDAT"), size + 1)
    except zlib.error as error:
        raise BadTile("its pixels cannot be unpacked") from error
    if len(rows) != size or not inflate.eof or not header.height:
        raise BadTile("it holds more or fewer pixels than it says")
    return header, rows


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and data of each chunk (§5.3)."""
    if not png.startswith(_SIGNATURE):
        raise BadTile("no PNG")
    at = len(_SIGNATURE)
    while at < len(png):
        if at + 12 > len(png):
            raise BadTile("a chunk is cut short")
        end = at + 8 + int.from_bytes(png[at : at + 4], "big")
        kind, data = png[at + 4 : at + 8], png[at + 8 : end]
        if png[end : end + 4] != zlib.crc32(kind + data).to_bytes(4, "big"):
            raise BadTile("a chunk's checksum is wrong")
        yield kind, data
        at = end + 4


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _unfilter_top(row: bytes, pixel: int) -> bytes:
    """A first row, filtered against zeros above it, so that what is above does not matter (§9.2).

    There Up is None, and Paeth is Sub. Average is half the left neighbour; no other filter is that,
    so the row is computed.
    """
    kind = row[0]
    if kind in {_NO_FILTER, _SUB}:
        return row
    if kind == _UP:
        return bytes([_NO_FILTER]) + row[1:]
    if kind == _PAETH:
        return bytes([_SUB]) + row[1:]
    if kind != _AVERAGE:
        raise BadTile(f"unknown filter {kind}")
    plain = bytearray(row[1:])
    for at in range(pixel, len(plain)):
        plain[at] = (plain[at] + plain[at - pixel] // 2) & 0xFF
    return bytes([_NO_FILTER]) + bytes(plain)
