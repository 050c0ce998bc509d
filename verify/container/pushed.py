"""Parsers that are fed: a file's bytes pass once, are hashed, and are read while they pass.

A parser is written as a generator that reads from a `Source` as if from a file, and yields whenever
it needs more than has come. `Push` runs it. So each grammar reads from top to bottom in its own
module, and no file is opened twice or held in memory.
"""

from collections.abc import Callable, Generator

from verify.errors import Defect

Steps = Generator[None, None, None]
"""A parser under way: each `yield` waits for more bytes."""

NOTHING = memoryview(b"")


class Source:
    """The bytes that have come and are not read yet. `position` counts those that were read."""

    def __init__(self) -> None:
        self._chunk = NOTHING
        self._at = 0
        self._ended = False
        self.position = 0

    def give(self, chunk: memoryview | bytes) -> None:
        """Put down the next chunk; the one before must have been read."""
        self._chunk, self._at = memoryview(chunk), 0

    def end(self) -> None:
        """Say that no more will come."""
        self._ended = True

    def some(self, limit: int) -> Generator[None, None, memoryview]:
        """Return the next bytes, at least 1 and at most `limit`; none at the end.

        The view is good until the next `yield` only: the memory behind it is used again.
        """
        while self._at == len(self._chunk):
            if self._ended:
                return NOTHING
            yield
        piece = self._chunk[self._at : self._at + limit]
        self._at += len(piece)
        self.position += len(piece)
        return piece

    def take(self, count: int) -> Generator[None, None, bytes]:
        """Return a copy of the next `count` bytes, or of fewer if it ends before."""
        end = self._at + count
        if end <= len(self._chunk):  # as nearly always; the rest is for what crosses two chunks
            taken = bytes(self._chunk[self._at : end])
            self._at = end
            self.position += count
            return taken
        taken = b""
        while len(taken) < count:
            piece = yield from self.some(count - len(taken))
            if not piece:
                break
            taken += bytes(piece)
        return taken

    def back(self, count: int) -> None:
        """Put back the last `count` bytes of what `some` gave, before anything else is read."""
        self._at -= count
        self.position -= count


class Push:
    """Runs one parser. What it finds is kept in `found`; a defect that it raises ends it.

    `whole` tells whether the parser came to its own end.
    """

    def __init__(self, parser: Callable[[Source], Steps]) -> None:
        self.source = Source()
        self.found: list[Defect] = []
        self.whole = False
        self._parser = parser
        self._steps: Steps | None = None
        self._over = False

    def feed(self, chunk: memoryview | bytes) -> None:
        """Read on with these bytes; they may change afterwards."""
        if not self._over:
            self.source.give(chunk)
            self._go_on()

    def finish(self) -> None:
        """Say that the last byte was fed."""
        if not self._over:
            self.source.end()
            self._go_on()
            self._over = True

    def _go_on(self) -> None:
        if self._steps is None:
            self._steps = self._parser(self.source)
        try:
            next(self._steps)
        except StopIteration:
            self.whole = self._over = True
        except Defect as defect:
            self.found.append(defect)
            self._over = True
