import asyncio
import contextlib
import socket
import threading
import time

import httpx
import pytest

from seal.authorities import (
    QUERY_CONTENT_TYPE,
    REPLY_CONTENT_TYPE,
    Attempt,
    FailedAttempt,
    Stamp,
    collect,
)
from seal.errors import Reason, TransportError
from seal.timestamp import check_response
from tests.support.tsa import Misbehaviour, TimestampAuthority

STATEMENT = b'{"type": "holdfast-statement"}\n'


async def post(url: str, body: bytes, timeout_s: float) -> bytes:
    """A transport as the caller would bring it, here straight to loopback."""
    headers = {"Content-Type": QUERY_CONTENT_TYPE}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=timeout_s) as client:
            answer = await client.post(url, content=body, headers=headers)
    except httpx.TimeoutException as error:
        raise TimeoutError from error
    except httpx.HTTPError as error:
        raise TransportError(f"The authority cannot be reached ({error})") from error
    if answer.status_code != 200 or answer.headers["content-type"] != REPLY_CONTENT_TYPE:
        raise TransportError(f"The authority answered with HTTP {answer.status_code}")
    return answer.content


def ask(urls: list[str], transport=post, timeout_s: float = 20.0) -> list[Attempt]:
    return asyncio.run(collect(STATEMENT, urls, transport, timeout_s))


def test_several_authorities_grant_each_to_a_request_of_its_own():
    with TimestampAuthority() as one, TimestampAuthority() as two:
        attempts = ask([one.url, two.url, one.url])
        assert [attempt.authority for attempt in attempts] == [one.url, two.url, one.url]
        assert len(one.queries) == 2
    for attempt in attempts:
        assert isinstance(attempt, Stamp)
        assert attempt.seconds > 0
        check_response(attempt.request, attempt.token.response)
    assert len({attempt.request.nonce for attempt in attempts}) == 3


def test_those_that_lie_or_fail_do_not_spoil_the_others():
    lies = [
        Misbehaviour.WRONG_IMPRINT,
        Misbehaviour.WRONG_NONCE,
        Misbehaviour.USAGE_NOT_CRITICAL,
        Misbehaviour.REFUSES,
        Misbehaviour.HTTP_ERROR,
        Misbehaviour.GARBAGE,
        Misbehaviour.ALTERED_SIGNATURE,
        Misbehaviour.TRAILING_BYTES,
    ]
    with contextlib.ExitStack() as open_:
        liars = [open_.enter_context(TimestampAuthority(lie)) for lie in lies]
        first, last = (open_.enter_context(TimestampAuthority()) for _ in range(2))
        attempts = ask([first.url, *[liar.url for liar in liars], last.url])
    assert isinstance(attempts[0], Stamp)
    assert isinstance(attempts[-1], Stamp)
    failed = [each for each in attempts[1:-1] if isinstance(each, FailedAttempt)]
    assert [each.failure.reason for each in failed] == [
        Reason.WRONG_IMPRINT,
        Reason.WRONG_NONCE,
        Reason.WRONG_KEY_USAGE,
        Reason.NOT_GRANTED,
        Reason.UNREACHABLE,
        Reason.UNREADABLE,
        Reason.BAD_SIGNATURE,
        Reason.TRAILING_BYTES,
    ]
    assert "The authority answered with HTTP 500. Try again" in str(failed[4].failure)


def test_a_slow_one_is_given_up_and_the_others_stand():
    begun = time.monotonic()
    with TimestampAuthority(Misbehaviour.SLOW) as slow, TimestampAuthority() as quick:
        attempts = ask([slow.url, quick.url], timeout_s=1.5)
    assert time.monotonic() - begun < 15  # not the 30 seconds that the slow one would take
    assert attempts[0].failure.reason is Reason.TOO_SLOW
    assert "did not answer within 1.5 seconds" in str(attempts[0].failure)
    assert isinstance(attempts[1], Stamp)


def test_a_transport_that_forgets_the_time_is_given_up_too():
    async def forgetful(url, body, timeout_s):
        await asyncio.sleep(60)
        return b""

    (attempt,) = ask(["http://tsa.example"], forgetful, timeout_s=0.05)
    assert attempt.failure.reason is Reason.TOO_SLOW


def test_an_authority_that_is_not_there_is_recorded():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        (attempt,) = ask([f"http://127.0.0.1:{taken.getsockname()[1]}/"])
    assert attempt.failure.reason is Reason.UNREACHABLE
    assert "cannot be reached" in str(attempt.failure)


def test_no_authorities_give_no_attempts():
    assert ask([]) == []


@pytest.mark.parametrize("mistake", [ValueError, ConnectionError, KeyError])
def test_what_the_transport_was_not_to_raise_comes_out(mistake):
    cancelled = []

    async def broken(url, body, timeout_s):
        if "broken" in url:
            raise mistake("a mistake in the program")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(url)
            raise

    with pytest.raises(ExceptionGroup) as raised:
        ask(["http://other.example", "http://broken.example"], broken)
    assert raised.group_contains(mistake, match="a mistake in the program")
    assert cancelled == ["http://other.example"]


def test_cancelling_ends_the_asking():
    async def cancel() -> None:
        asking = asyncio.ensure_future(collect(STATEMENT, [slow.url], post, 20.0))
        while not slow.queries:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    with TimestampAuthority(Misbehaviour.SLOW) as slow:
        asyncio.run(cancel())


def test_the_test_authority_leaves_no_thread_and_wants_the_content_type():
    before = threading.active_count()
    with TimestampAuthority() as authority, httpx.Client(trust_env=False) as client:
        assert client.post(authority.url, content=b"").status_code == 415
        assert authority.root_pem.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert threading.active_count() == before
