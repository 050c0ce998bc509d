"""Names to addresses, once a capture.

A name is looked up once and its answer kept for the whole capture, so a name whose answer changes
between two look-ups (DNS rebinding) gains nothing, and every exchange with a host is known to have
gone to one of the addresses that the record shows.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from capture.egress.policy import Address

Lookup = Callable[[str], Awaitable[list[Address]]]
"""A host name to its addresses, in order of preference; raises `OSError` where there are none."""


async def system_lookup(host: str) -> list[Address]:
    """Ask the operating system's resolver. Raises `socket.gaierror` where the name is unknown."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found = dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers)
    return [ip_address(text) for text in found]


class Resolver:
    """Looks each name up once, and remembers the answer (for the record and for the next time)."""

    def __init__(self, lookup: Lookup = system_lookup, time_limit_s: float = 10) -> None:
        self._lookup = lookup
        self._time_limit_s = time_limit_s
        self._pending: dict[str, asyncio.Task[list[Address]]] = {}

    async def addresses(self, host: str) -> list[Address]:
        """The addresses of `host`. Raises `OSError` (also for a time-out) where there are none."""
        if host not in self._pending:
            self._pending[host] = asyncio.ensure_future(self._ask(host))
        return await asyncio.shield(self._pending[host])

    async def _ask(self, host: str) -> list[Address]:
        try:
            async with asyncio.timeout(self._time_limit_s):
                return await self._lookup(host)
        except ValueError as error:  # NUL bytes; for the idna codec empty and over-long labels
            raise socket.gaierror(socket.EAI_NONAME, f"not a host name: {error}") from error

    async def close(self) -> None:
        """Give up the look-ups that still run."""
        for task in self._pending.values():
            task.cancel()
        await asyncio.gather(*self._pending.values(), return_exceptions=True)

    def answers(self) -> dict[str, list[str]]:
        """Every name that was looked up, with its addresses; an empty list where it failed."""
        return {host: _texts(task) for host, task in sorted(self._pending.items())}


def _texts(task: asyncio.Task[list[Address]]) -> list[str]:
    if not task.done() or task.cancelled() or task.exception() is not None:
        return []
    return [str(address) for address in task.result()]
