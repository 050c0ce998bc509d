"""One direction of a connection: bytes in order, and when each of them came."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Stream:
    """Bytes with the instants (Unix time, nanoseconds) at which they crossed the wire."""

    def __init__(self, pieces: Iterable[tuple[int, bytes]] = ()) -> None:
        self._starts: list[int] = []
        self._times: list[int] = []
        self.data = bytearray()
        for time_ns, piece in pieces:
            self.append(time_ns, piece)

    def append(self, time_ns: int, piece: bytes) -> None:
        """Add `piece`, which came at `time_ns`."""
        if piece:
            self._starts.append(len(self.data))
            self._times.append(time_ns)
            self.data += piece

    def time_at(self, offset: int) -> int:
        """When the byte at `offset` came; for an offset past the end, when the last byte came.

        Raises `ValueError` for a stream without bytes.
        """
        if not self._starts:
            raise ValueError("an empty stream has no times")
        return self._times[max(bisect_right(self._starts, offset) - 1, 0)]

    def tail(self, offset: int) -> Stream:
        """What came from `offset` on, with its times."""
        rest = Stream()
        for index, start in enumerate(self._starts):
            end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.data)
            if end > offset:
                rest.append(self._times[index], bytes(self.data[max(start, offset) : end]))
        return rest

    def __len__(self) -> int:
        return len(self.data)
