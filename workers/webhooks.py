"""Messages to webhooks, sent through the same guarded way out as everything else.

A webhook's address is whatever somebody typed: the egress proxy judges the address that its name
leads to at this moment, so a message can reach nothing that a page could not. No redirect is
followed, and of the answer only the status line and the headers are read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import structlog

from capture.egress.policy import AddressPolicy
from seal.errors import TransportError
from service.webhooks.delivering import Answer, Parcel, claim, settle
from workers.settings import capture_options
from workers.wayout import way_out
from workers.web import Limits, Request, exchange, host_of

AT_ONCE = 16
_TIME_LIMIT_S = 10.0
"""Seconds for one message, all in all; far less than the lease."""
_BYTE_LIMIT = 256 << 10  # both ways: a TLS handshake, a small message, an answer's headers
_HEADERS = {"Content-Type": "application/json", "User-Agent": "holdfast"}
_GONE = 410

log = structlog.get_logger()


def deliver(for_s: float) -> int:
    """Send what is due, for about `for_s` seconds; return how many messages were tried."""
    policy = AddressPolicy.allowing(capture_options().allow_networks)
    deadline, tried = time.monotonic() + for_s, 0
    while parcels := claim(AT_ONCE):
        for parcel, answer in zip(parcels, _send_all(parcels, policy), strict=True):
            log.info("webhook", delivery=str(parcel.delivery), answer=answer.words)
            settle(parcel, answer)
        tried += len(parcels)
        if time.monotonic() > deadline:
            break
    return tried


def _send_all(parcels: Sequence[Parcel], policy: AddressPolicy) -> list[Answer]:
    async def send() -> list[Answer]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return await asyncio.gather(*(_send(each, policy, threads) for each in parcels))

    return asyncio.run(send())


async def _send(parcel: Parcel, policy: AddressPolicy, threads: Executor) -> Answer:
    request = Request("POST", parcel.url, {**_HEADERS, **parcel.headers}, parcel.body)
    limits = Limits(_TIME_LIMIT_S, answer_bytes=0)
    async with way_out(policy, _BYTE_LIMIT) as way:
        ask = asyncio.get_running_loop().run_in_executor(
            threads, exchange, way.proxy.port, request, limits
        )
        try:
            answer = await asyncio.wait_for(ask, _TIME_LIMIT_S)
        except TimeoutError:
            return Answer(f"It took longer than {_TIME_LIMIT_S:g} seconds.")
        except TransportError as error:
            if way.refusal(
                host_of(parcel.url)
            ):  # to which address it leads is not for them to know
                return Answer("Its address is not public, and was not contacted.")
            return Answer(f"{error}.")
    return Answer(
        f"HTTP {answer.status}",
        is_taken=200 <= answer.status < 300,
        is_gone=answer.status == _GONE,
        wait_s=_seconds(answer.headers.get("Retry-After", "")),
    )


def _seconds(written: str) -> float:
    """A Retry-After in seconds (RFC 9110 §10.2.3); a date is not obeyed, our own wait is long."""
    return float(written) if written.isascii() and written.isdecimal() else 0
