"""Timestamps for a sealed bag, fetched through the same guarded way out as everything else.

An authority's certificates name where their revocation lists are. Whoever makes certificates can
write anything there, so those addresses are judged by the same policy, and a proxy of their own
carries the lists: however many bytes they send, the authorities' answers still come through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from capture.egress.policy import AddressPolicy
from seal.authorities import (
    QUERY_CONTENT_TYPE,
    REPLY_CONTENT_TYPE,
    Attempt,
    Post,
    Stamp,
    collect,
)
from seal.crls import MAX_FILE_BYTES
from seal.errors import TransportError
from seal.revocation import Fetch
from seal.stamps import add_timestamps
from seal.timestamp import MAX_RESPONSE_BYTES
from workers.wayout import WayOut, way_out
from workers.web import Limits, Request, ask, host_of

_BYTE_LIMIT = 4 << 20  # all authorities together; a token has some kilobytes
_LISTS_BYTE_LIMIT = 16 << 20  # all revocation lists together; most have less than a megabyte
_AGENT = {"User-Agent": "holdfast"}


async def stamp_bag(
    bag: Path, authorities: Sequence[str], policy: AddressPolicy, time_limit_s: float
) -> list[Attempt]:
    """Ask each of `authorities` (URLs) for a timestamp over the bag's statement, and add what came.

    Returns one attempt each, granted or failed with its reason; a granted one also says which
    revocation lists came with it. The lists have what is left of their authority's `time_limit_s`.
    Raises `seal.errors.StampNotAddedError` where the bag cannot be added to.
    """
    if not authorities:
        return []
    statement = (bag / "seal" / "statement.json").read_bytes()
    attempts = await ask_authorities(statement, authorities, policy, time_limit_s)
    add_timestamps(bag, [attempt for attempt in attempts if isinstance(attempt, Stamp)])
    return attempts


async def ask_authorities(
    statement: bytes, authorities: Sequence[str], policy: AddressPolicy, time_limit_s: float
) -> list[Attempt]:
    """The same for any bytes; nothing is added anywhere. Only their digest leaves the machine."""
    async with (
        way_out(policy, _BYTE_LIMIT) as stamps,
        way_out(policy, _LISTS_BYTE_LIMIT) as lists,
    ):
        return await collect(
            statement, authorities, _through(stamps), time_limit_s, _lists_through(lists)
        )


def _through(way: WayOut) -> Post:
    """RFC 3161 §3.4: a query by POST, each side with its content type."""

    async def post(url: str, query: bytes, time_limit_s: float) -> bytes:
        request = Request("POST", url, {"Content-Type": QUERY_CONTENT_TYPE, **_AGENT}, query)
        limits = Limits(time_limit_s, MAX_RESPONSE_BYTES + 1)
        kind, reply = await asyncio.to_thread(ask, way.proxy.port, request, limits)
        if kind != REPLY_CONTENT_TYPE:
            raise TransportError(f"The authority answered with '{kind}', not {REPLY_CONTENT_TYPE}")
        return reply

    return post


def _lists_through(way: WayOut) -> Fetch:
    """RFC 5280 §4.2.1.13: a list by GET. The content type is not looked at, the list itself is."""

    async def fetch(url: str, time_limit_s: float) -> bytes:
        limits = Limits(time_limit_s, MAX_FILE_BYTES + 1)
        request = Request("GET", url, _AGENT)
        try:
            _, body = await asyncio.to_thread(ask, way.proxy.port, request, limits)
        except TransportError as error:
            if reason := way.refusal(host_of(url)):
                message = f"Its address may not be reached ({reason}), and was not contacted"
                raise TransportError(message) from error
            raise
        return body

    return fetch
