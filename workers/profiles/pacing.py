"""In no hurry: how long to wait before a web site is asked again."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

_JITTER = 0.5
_BACKOFF_FIRST_S, _BACKOFF_MOST_S = 10.0, 900.0


@dataclass
class Pace:
    """One web site's: `delay_s` between two visits, up to half of it more by chance."""

    delay_s: float
    _free_at: float = 0
    _refusals: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Wait for the next visit's turn."""
        async with self._turn:
            while (wait := self._free_at - time.monotonic()) > 0:  # noqa: ASYNC110 (it can grow)
                await asyncio.sleep(wait)
            some_more = 1 + random.random() * _JITTER  # noqa: S311 (so as not to beat like a clock)
            self._free_at = time.monotonic() + self.delay_s * some_more

    def refused(self, wish_s: float) -> float:
        """It had enough of us; rest as long as it wishes, each time longer. Returns the seconds."""
        own: float = min(_BACKOFF_FIRST_S * 2.0**self._refusals, _BACKOFF_MOST_S)
        rest = max(own, wish_s)
        self._refusals += 1
        self._free_at = max(self._free_at, time.monotonic() + rest)
        return rest

    def welcomed(self) -> None:
        """It answered as usual."""
        self._refusals = 0
