"""Step 8, the pictures: PNG as its grammar has it (ISO/IEC 15948, section 5), as it passes.

The chunks are whole, have the right CRC, begin with IHDR and end with IEND, and nothing follows:
what some viewer might show instead of the picture has no place. What the pixels show is not read.
"""

import struct
import zlib

from verify import limits
from verify.codes import Code
from verify.container.pushed import Push, Source, Steps
from verify.errors import Contradiction

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4s")


class PngReader(Push):
    """Reads one picture as it passes; `size` is its width and height in pixels."""

    def __init__(self, path: str) -> None:
        super().__init__(self._read)
        self.path = path
        self.size: tuple[int, int] | None = None

    def _read(self, source: Source) -> Steps:
        if (yield from source.take(len(_SIGNATURE))) != _SIGNATURE:
            raise self._broken("it is no PNG")
        kind = b""
        while kind != b"IEND":
            length, kind = _HEAD.unpack((yield from source.take(8)).ljust(8, b"\0"))
            if (kind == b"IHDR") != (self.size is None) or (kind == b"IHDR" and length != 13):
                raise self._broken("it does not begin with its header")
            crc = zlib.crc32(kind)
            if kind == b"IHDR":
                data = yield from source.take(13)
                crc = zlib.crc32(data, crc)
                self.size = struct.unpack(">II", data[:8].ljust(8, b"\0"))
            else:
                while length:
                    piece = yield from source.some(min(length, limits.CHUNK_BYTES))
                    if not piece:
                        raise self._broken("it is cut short")
                    crc = zlib.crc32(piece, crc)
                    length -= len(piece)
            if (yield from source.take(4)) != crc.to_bytes(4, "big"):
                raise self._broken("a chunk with a wrong CRC, or cut short")
        if (yield from source.take(1)):
            raise self._broken("bytes behind its end")

    def _broken(self, what: str) -> Contradiction:
        return Contradiction(Code.PICTURE, what, self.path)
