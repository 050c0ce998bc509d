"""Step 1, for a zip: an entry's data, unpacked in bounded pieces and held to its declared sizes."""

import zlib
from collections.abc import Iterable, Iterator

from verify.codes import Code
from verify.container.zipgrammar import STORED, Entry
from verify.errors import Contradiction
from verify.limits import CHUNK_BYTES


def unpack(entry: Entry, packed: Iterable[memoryview]) -> Iterator[memoryview | bytes]:
    """Yield an entry's content; raise `Contradiction` where it is not of the size and CRC told.

    What is yielded before the error was hashed for nothing; no decision is made from it.
    """
    size = crc = 0
    for piece in packed if entry.method == STORED else _inflate(entry, packed):
        size += len(piece)
        if size > entry.size:
            raise Contradiction(Code.ZIP_DATA, "more data than the entry declares", entry.name)
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != entry.size or crc != entry.crc:
        raise Contradiction(Code.ZIP_DATA, "the data has another size or CRC", entry.name)


def _inflate(entry: Entry, packed: Iterable[memoryview]) -> Iterator[bytes]:
    """Inflate a raw deflate stream (RFC 1951), which must fill the packed bytes exactly."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        waiting: memoryview | bytes = chunk
        piece: bytes | None = None
        # A full piece may have left more inside the stream even where no input is waiting.
        while waiting or (piece and len(piece) == CHUNK_BYTES):
            try:
                piece = stream.decompress(waiting, CHUNK_BYTES)
            except zlib.error:
                raise Contradiction(
                    Code.ZIP_DATA, "the data does not inflate", entry.name
                ) from None
            if stream.unused_data:
                raise Contradiction(Code.ZIP_DATA, "data behind the compressed end", entry.name)
            waiting = stream.unconsumed_tail
            yield piece
    if not stream.eof:
        raise Contradiction(Code.ZIP_DATA, "the compressed data is cut short", entry.name)
