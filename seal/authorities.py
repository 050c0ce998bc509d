"""Asking several authorities at once, so that no single one decides whether there is a time.

The transport is the caller's: `post` sends the bytes through the one way out that the caller
allows, and this package stays without a network.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from seal.errors import Reason, TimestampError
from seal.revocation import Fetch, RevocationLists, collect_lists
from seal.timestamp import TimestampRequest, Token, check_response, make_request

QUERY_CONTENT_TYPE = "application/timestamp-query"
REPLY_CONTENT_TYPE = "application/timestamp-reply"

Post = Callable[[str, bytes, float], Awaitable[bytes]]
"""Sends a body to a URL by HTTP POST within so many seconds; gives the body of the answer.

The content types are the two above (RFC 3161 section 3.4); an answer may be cut after
`timestamp.MAX_RESPONSE_BYTES` + 1 bytes. It raises `TransportError` when there is no answer, the
status is not 200 or the content type is another, and `TimeoutError` when it took too long.
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp that an authority granted and that passed every check.

    `lists` are the revocation lists that came for its certificates, and why others did not.
    """

    authority: str
    seconds: float
    request: TimestampRequest
    token: Token
    lists: RevocationLists = field(default_factory=RevocationLists)


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """An authority that gave no acceptable timestamp; `str(failure)` says why and what to do."""

    authority: str
    seconds: float
    failure: TimestampError


Attempt = Stamp | FailedAttempt
"""What became of one authority; both know its URL and the seconds that it took."""


async def collect(
    statement: bytes,
    authorities: Sequence[str],
    post: Post,
    timeout_s: float,
    fetch: Fetch | None = None,
) -> list[Attempt]:
    """Ask every authority for a timestamp over these bytes; one attempt each, in their order.

    All are asked at once, each with a request of its own, and none may take more than `timeout_s`
    seconds. One that fails, lies or is slow is recorded as such and the others stand. With `fetch`,
    the revocation lists of a granted token's certificates are asked for in what is left of its
    time; whatever becomes of them, the stamp stands. What `post` and `fetch` raise beyond
    `TransportError` and `TimeoutError` is a mistake in the program: it cancels the rest and comes
    out in an `ExceptionGroup`.

    Not guaranteed: that any stamp was had. That is for the caller to see and to say.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_ask(statement, authority, post, timeout_s, fetch))
            for authority in authorities
        ]
    return [task.result() for task in tasks]


async def _ask(
    statement: bytes, authority: str, post: Post, timeout_s: float, fetch: Fetch | None
) -> Attempt:
    begun = time.monotonic()
    request = make_request(statement)
    try:
        response = await _post(authority, request, post, timeout_s)
        token = check_response(request, response)
    except TimestampError as failure:
        return FailedAttempt(authority, time.monotonic() - begun, failure)
    seconds = time.monotonic() - begun
    if fetch is None:
        return Stamp(authority, seconds, request, token)
    time_left_s = max(timeout_s - seconds, 0)
    lists = await collect_lists(token.chain, token.gen_time, fetch, time_left_s)
    return Stamp(authority, seconds, request, token, lists)


async def _post(authority: str, request: TimestampRequest, post: Post, timeout_s: float) -> bytes:
    # `post` knows the limit too, but is not relied on to keep it.
    try:
        async with asyncio.timeout(timeout_s):
            return await post(authority, request.der, timeout_s)
    except TimeoutError as error:
        what = f"The authority did not answer within {timeout_s:g} seconds"
        raise TimestampError(Reason.TOO_SLOW, what) from error
