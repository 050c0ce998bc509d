"""A guarded way out for requests of our own: an egress proxy, open as long as it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy
from capture.egress.resolve import Resolver
from capture.egress.spool import Failure, Spool


@dataclass(frozen=True)
class WayOut:
    """An open proxy, and its record of what was asked of it."""

    proxy: EgressProxy
    spool: Spool

    def refusal(self, host: str) -> str | None:
        """Why the policy refused `host`, if it did."""
        for connection in self.spool.connections:
            if connection.host == host and connection.failure is Failure.ADDRESS_REFUSED:
                return connection.reason
        return None


@asynccontextmanager
async def way_out(policy: AddressPolicy, byte_limit: int) -> AsyncIterator[WayOut]:
    """Open one for addresses that `policy` allows, and `byte_limit` bytes at most.

    When it closes, every connection through it is closed.
    """
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-way-out-") as scratch,
        Spool(Path(scratch) / "spool") as spool,
    ):
        async with EgressProxy(policy, Resolver(), spool, byte_limit) as egress:
            yield WayOut(egress, spool)
