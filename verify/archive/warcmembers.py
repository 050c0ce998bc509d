"""Step 6: the WARC file as gzip members, each with one record (format, section 9.2).

    6.1 members follow each other from the first byte to the last; each begins with the plain
        10-byte header of RFC 1952 and ends with the right CRC and length
    6.2 a member inflates to one record: header, block of the length told, two line ends; no more

Readers that skip what they do not understand see other records than those that do not; so nothing
is skipped here.
"""

import zlib
from collections.abc import Callable, Generator

from verify import limits
from verify.archive.warcblock import Block
from verify.archive.warcheader import Header, explain, parse
from verify.codes import Code
from verify.container.aside import Aside
from verify.container.pushed import Source, Steps
from verify.errors import Contradiction, Undecided
from verify.wire.plaintext import Side

_GZIP_HEADER_BYTES = 10
_PLAIN = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"  # deflate, no flags, no time (RFC 1952, 2.3)
_LEVELS = (0, 2, 4)  # XFL as zlib writes it for its levels; the last byte is the system
_FIRST_PIECE = 8192  # most records are small
_END = b"\r\n\r\n"

Found = Callable[[Header, Block, int, int], None]
"""Is told of each record: its header, its block, and its member's offset and length."""

Sides = Callable[[Header], Side | None]
"""Is asked with each header whether its block is to be hashed as part of a connection, too."""


class Members:
    """Reads a WARC file member by member. `expanded` counts the bytes that they inflate to."""

    def __init__(self, file: str, found: Found, side: Sides) -> None:
        self._file, self._found, self._side = file, found, side
        self._aside = Aside()
        self.expanded = 0

    def read(self, source: Source) -> Steps:
        """Read to the end; raise a `Defect` where what follows cannot be told any more."""
        with self._aside:
            start = source.position
            while piece := (yield from source.some(_FIRST_PIECE)):
                record = yield from self._member(source, piece)
                self._found(*record.whole(), start, source.position - start)
                start = source.position

    def _begin(self, header: Header) -> Block:
        return Block(header, self._file, self._aside, self._side(header))

    def _check_header(self, header: bytes) -> None:
        if len(header) < _GZIP_HEADER_BYTES:
            raise self._broken("the last member is cut short")
        if not header.startswith(_PLAIN) or header[8] not in _LEVELS:
            raise self._broken("bytes that are no plain gzip header")

    def _member(
        self, source: Source, piece: memoryview | bytes
    ) -> Generator[None, None, "_Record"]:
        """Read a member from its first piece on; put back what is behind its end."""
        if len(piece) < _GZIP_HEADER_BYTES:  # where two chunks of the file meet, or at its end
            piece = bytes(piece) + (yield from source.take(_GZIP_HEADER_BYTES - len(piece)))
        self._check_header(bytes(piece[:_GZIP_HEADER_BYTES]))
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        record = _Record(self._file, self._begin)
        size = _FIRST_PIECE
        while True:
            self._inflate(inflater, piece, record)
            self._check_expansion(source.position)
            if inflater.eof:
                source.back(len(inflater.unused_data))
                return record
            size = min(size * 2, limits.WARC_PACKED_BYTES)
            piece = yield from source.some(size)
            if not piece:
                raise self._broken("the last member is cut short")

    def _inflate(
        self, inflater: "zlib._Decompress", piece: memoryview | bytes, record: "_Record"
    ) -> None:
        waiting = piece
        while True:
            try:
                data = inflater.decompress(waiting, limits.WARC_PIECE_BYTES)
            except zlib.error as error:
                reason = "a wrong CRC or length" if "check" in str(error) else "it does not inflate"
                raise self._broken(reason) from None
            self.expanded += len(data)
            record.take(data)
            waiting = inflater.unconsumed_tail
            if inflater.eof or (not waiting and len(data) < limits.WARC_PIECE_BYTES):
                break

    def _check_expansion(self, packed: int) -> None:
        """Raise `Undecided` where so many packed bytes have become more than the limits allow."""
        if self.expanded > limits.ZIP_EXPANSION_BYTES + limits.ZIP_EXPANSION_RATIO * packed:
            message = f"it expands to more than {self.expanded} bytes"
            raise Undecided(Code.LIMIT, message, self._file)

    def _broken(self, reason: str) -> Contradiction:
        return Contradiction(Code.WARC_GZIP, f"gzip: {reason}", self._file)


class _Record:
    """The record of one member, as far as it has been inflated."""

    def __init__(self, file: str, begin: Callable[[Header], Block]) -> None:
        self._file, self._begin = file, begin
        self._front = b""
        self._header: Header | None = None
        self._block: Block | None = None
        self._end = b""

    def take(self, data: bytes) -> None:
        """Take the next bytes of the member."""
        if self._block is None:
            self._front += data
            end = self._front.find(_END) + len(_END)
            if end < len(_END):
                self._bound(len(self._front), limits.WARC_HEADER_BYTES)
                return
            header = self._header = parse(self._front[:end], self._file)
            self._block = self._begin(header)
            data = self._front[end:]
        left = self._block.left
        if len(data) > left:
            self._end += data[left:]
            data = data[:left]
            if len(self._end) > len(_END):
                raise self._broken("holds more than its record")
        if data:
            self._block.take(data)

    def whole(self) -> tuple[Header, Block]:
        """Return header and block, of which nothing may be missing."""
        if self._header is None or self._block is None:
            raise explain(self._front, self._file)
        if self._block.left:
            raise self._broken("holds less than its record's Content-Length")
        if self._end != _END:
            raise self._broken("does not end with the two line ends after the record")
        return self._header, self._block

    def _bound(self, size: int, limit: int) -> None:
        if size > limit:
            raise Undecided(Code.LIMIT, f"a record header of more than {limit} bytes", self._file)

    def _broken(self, what: str) -> Contradiction:
        return Contradiction(Code.WARC_RECORD, f"a member {what}", self._file)
