"""Hashing aside: a second thread takes the digests of much data while the first reads on.

Half of the time that a large archive takes goes into SHA-256, and hashlib lets other threads run
meanwhile. Pieces are hashed in the order in which they were handed over, and few of them wait, so
that memory stays bounded. What is small is hashed at once: it is not worth the handing over.
"""

from queue import SimpleQueue
from threading import Thread
from typing import Protocol, Self

from verify import limits


class Digest(Protocol):
    """What is used of hashlib's objects."""

    def update(self, data: memoryview | bytes, /) -> None:
        """Take the next bytes."""


_Piece = tuple[memoryview | bytes, tuple[Digest, ...]]


class Aside:
    """One such thread; the first large piece starts it, and leaving the context ends it.

    Only after `wait` may digests be read, and may the memory behind a piece be used again.
    """

    def __init__(self) -> None:
        self._pieces: SimpleQueue[_Piece | None] = SimpleQueue()
        self._hashed: SimpleQueue[bool] = SimpleQueue()
        self._waiting = 0
        self._runs = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._pieces.put(None)

    def update(self, data: memoryview | bytes, *digests: Digest) -> None:
        """Have each of these digests take the next bytes."""
        if len(data) >= limits.ASIDE_BYTES and self._start():
            self._settle(limits.ASIDE_PIECES - 1)
            self._pieces.put((data, digests))
            self._waiting += 1
            return
        if self._waiting:
            self.wait()
        for digest in digests:
            digest.update(data)

    def wait(self) -> None:
        """Return when all that was handed over is hashed."""
        self._settle(0)

    def _settle(self, allowed: int) -> None:
        """Return when at most so many pieces are not hashed yet."""
        while self._waiting > allowed:
            if not self._hashed.get():  # the thread broke off, having said why: nothing may be read
                raise RuntimeError("a piece could not be hashed")
            self._waiting -= 1

    def _start(self) -> bool:
        """Start the thread if it does not run; tell whether it does."""
        if not self._runs:
            thread = Thread(target=_work, args=(self._pieces, self._hashed), daemon=True)
            try:
                thread.start()
            except RuntimeError:  # this machine allows no more of them
                return False
            self._runs = True
        return True


def _work(pieces: "SimpleQueue[_Piece | None]", hashed: "SimpleQueue[bool]") -> None:
    """Hash what comes, until None does."""
    try:
        while piece := pieces.get():
            data, digests = piece
            for digest in digests:
                digest.update(data)
            del piece, data  # so that no memory is held until the next one comes
            hashed.put(True)
    finally:
        hashed.put(False)
