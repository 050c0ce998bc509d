"""Timestamps for a sealed bag, fetched through the same guarded way out as everything else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx

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
            attempts = await collect(statement, authorities, _post(egress), time_limit_s)
    add_timestamps(bag, [attempt for attempt in attempts if isinstance(attempt, Stamp)])
    return attempts


def _post(egress: EgressProxy) -> Post:
    """RFC 3161 §3.4 over HTTP, through `egress`."""

    async def post(url: str, body: bytes, time_limit_s: float) -> bytes:
        headers = {"Content-Type": QUERY_CONTENT_TYPE, "User-Agent": "holdfast"}
        client = httpx.AsyncClient(proxy=egress.url, trust_env=False, timeout=time_limit_s)
        try:
            async with client, client.stream("POST", url, content=body, headers=headers) as answer:
                return await _read(answer)
        except httpx.HTTPError as error:
            raise TransportError(f"The authority could not be reached ({error})") from error
        except httpx.InvalidURL as error:
            raise TransportError(f"'{url}' is not a URL ({error})") from error

    return post


async def _read(answer: httpx.Response) -> bytes:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status_code != httpx.codes.OK:
        raise TransportError(f"The authority answered with HTTP {answer.status_code}")
    if kind != REPLY_CONTENT_TYPE:
        raise TransportError(f"The authority answered with '{kind}', not {REPLY_CONTENT_TYPE}")
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > MAX_RESPONSE_BYTES:
            break
    return bytes(body[: MAX_RESPONSE_BYTES + 1])
