"""Timestamps for a sealed bag, fetched through the same guarded way out as everything else."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from capture.egress.policy import AddressPolicy
from capture.egress.proxy import EgressProxy
from capture.egress.resolve import Resolver
from capture.egress.spool import Spool
from seal.authorities import (
    QUERY_CONTENT_TYPE,
    REPLY_CONTENT_TYPE,
    Attempt,
    Post,
    Stamp,
    collect,
)
from seal.errors import TransportError
from seal.stamps import add_timestamps
from seal.timestamp import MAX_RESPONSE_BYTES
from workers.post import post

_BYTE_LIMIT = 4 << 20  # all authorities together; a token has some kilobytes


async def stamp_bag(
    bag: Path, authorities: Sequence[str], policy: AddressPolicy, time_limit_s: float
) -> list[Attempt]:
    """Ask each of `authorities` (URLs) for a timestamp over the bag's statement, and add what came.

    Returns one attempt each, granted or failed with its reason. Raises
    `seal.errors.StampNotAddedError` where the bag cannot be added to.
    """
    if not authorities:
        return []
    statement = (bag / "seal" / "statement.json").read_bytes()
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-stamp-") as scratch,
        Spool(Path(scratch) / "spool") as spool,
    ):
        async with EgressProxy(policy, Resolver(), spool, _BYTE_LIMIT) as egress:
            attempts = await collect(statement, authorities, _through(egress), time_limit_s)
    add_timestamps(bag, [attempt for attempt in attempts if isinstance(attempt, Stamp)])
    return attempts


def _through(egress: EgressProxy) -> Post:
    """RFC 3161 §3.4: a query by POST, each side with its content type."""

    async def ask(url: str, query: bytes, time_limit_s: float) -> bytes:
        headers = {"Content-Type": QUERY_CONTENT_TYPE, "User-Agent": "holdfast"}
        limits = (time_limit_s, MAX_RESPONSE_BYTES + 1)
        kind, reply = await asyncio.to_thread(post, egress.port, url, query, headers, limits)
        if kind != REPLY_CONTENT_TYPE:
            raise TransportError(f"The authority answered with '{kind}', not {REPLY_CONTENT_TYPE}")
        return reply

    return ask
