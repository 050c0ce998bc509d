"""Step 6: the block of a WARC record, hashed as it is inflated, whole and as payload (9.4).

Nothing is kept of a block but its front: up to where the payload begins, and of a request the
first bytes of the payload, which the index needs.
"""

import hashlib

from verify import limits
from verify.archive import cdxj, httpblock
from verify.archive.commitments import Finder
from verify.archive.warcheader import Header
from verify.codes import Code
from verify.container.aside import Aside
from verify.errors import Undecided
from verify.wire.plaintext import Side

_NO_PAYLOAD = hashlib.sha256().hexdigest()


class Block:
    """One block under way. `front` is what is kept of it; `payload_at` where its payload begins."""

    def __init__(self, header: Header, file: str, aside: Aside, side: Side | None = None) -> None:
        self.left = header.length
        self.front = b""
        self.payload_at: int | None = None
        self._file, self._aside, self._side = file, aside, side
        self._is_http = header.is_http
        self._block = hashlib.sha256()
        self._payload: hashlib._Hash | None = None  # until it begins
        self._finder = Finder() if "body" in header.redacted else None

    def take(self, data: bytes) -> None:
        """Take the block's next bytes, of which there must be no more than are `left`."""
        self.left -= len(data)
        if self._side:
            self._side.update(data)
        if self._payload is not None:
            self._aside.update(data, self._block, self._payload)
            self._look(data)
            self._keep(data)
            return
        self._aside.update(data, self._block)
        if self._is_http:
            self.front += data
            self._find_payload()
        else:
            self._look(data)
            self._keep(data)

    def digests(self) -> tuple[str, str]:
        """Return the SHA-256 of the block and of its payload, once nothing is left."""
        self._aside.wait()
        block = self._block.hexdigest()
        if not self._is_http:
            return block, block
        return block, _NO_PAYLOAD if self._payload is None else self._payload.hexdigest()

    @property
    def holds_commitment(self) -> bool:
        """Whether one stands in the body; looked for only where the record says so."""
        return self._finder is not None and self._finder.found

    @property
    def body(self) -> bytes:
        """The payload's first bytes."""
        return b"" if self.payload_at is None else self.front[self.payload_at :]

    def _find_payload(self) -> None:
        self.payload_at = httpblock.payload_start(self.front)
        if self.payload_at is not None:
            self._payload = hashlib.sha256(memoryview(self.front)[self.payload_at :])
            self._look(self.front[self.payload_at :])
            self.front = self.front[: self.payload_at + cdxj.BODY_BYTES]
        elif len(self.front) > limits.WARC_HEAD_BYTES:
            message = f"a head of more than {limits.WARC_HEAD_BYTES} bytes"
            raise Undecided(Code.LIMIT, message, self._file)

    def _look(self, data: bytes) -> None:
        if self._finder is not None:
            self._finder.take(data)

    def _keep(self, data: bytes) -> None:
        room = (self.payload_at or 0) + cdxj.BODY_BYTES - len(self.front)
        if room > 0:
            self.front += data[:room]
