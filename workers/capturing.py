"""One capture of the service: leased, preserved, packed, stored; or why not.

The steps, each safe to be killed in:

1. `claim_next`: the database gives the lease (`service.captures.queue`).
2. `preserve`: the pipeline, while a heartbeat renews the lease.
3. A page that may yet come is put back for later (`workers.retrying`).
4. The bag is packed into the outbox and the database told that it exists (`workers.outbox`).
5. The outbox is emptied into the store; only then is the capture sealed.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.utils import timezone

from capture.errors import CaptureError
from capture.target import parse_target
from seal.errors import SealError
from service.bell import ring
from service.captures.models import Capture, Queue
from service.captures.queue import claim_next, pause, soonest
from service.captures.states import Lease, LeaseLost, fail, put_back
from workers import browsers, outbox
from workers.errors import PipelineError
from workers.heartbeat import heartbeat
from workers.pipeline import Preserved, preserve
from workers.retrying import Again, after_failure, after_outcome
from workers.settings import pipeline_settings
from workers.workspace import remove_abandoned

_PATIENCE_S = 3.0
"""How long a free worker waits for a web site's pause to end, rather than for the next bell."""

log = structlog.get_logger()


def capture_one(queues: Sequence[Queue]) -> bool:
    """Do the next capture of these queues, if one may start; whether there was one."""
    outbox.empty()
    lease = _next_lease(queues)
    if lease is None:
        return False
    with structlog.contextvars.bound_contextvars(capture=str(lease.capture), attempt=lease.fence):
        try:
            _capture(lease)
        except LeaseLost:
            log.warning("lease lost")
        finally:
            _ring_for_more(queues)
    return True


def worker_name() -> str:
    """This process, as leases and custody name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _next_lease(queues: Sequence[Queue]) -> Lease | None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        lease = claim_next(queues, worker_name())
        if lease is not None:
            return lease
        first = soonest(queues)
        wait = (first - timezone.now()).total_seconds() if first else None
        if wait is None or time.monotonic() + wait > deadline:
            return None
        time.sleep(min(max(wait, 0.05), 0.25))


def _capture(lease: Lease) -> None:
    capture = Capture.objects.get(pk=lease.capture)
    log.info("capture started")
    try:
        preserved = _preserve(lease, capture)
    except (CaptureError, SealError, PipelineError, OSError) as error:
        log.warning("capture failed", kind=type(error).__name__)  # its words may name the page
        _end(lease, capture, after_failure(error, lease.fence))
        return
    again = after_outcome(preserved, lease.fence)
    if again is not None:
        outbox.discard(lease)
        _end(lease, capture, again)
        return
    outbox.pack(lease, preserved)
    outbox.empty()
    log.info("capture ended", outcome=preserved.captured.outcome.value)


def _preserve(lease: Lease, capture: Capture) -> Preserved:
    into = outbox.bag_folder(lease)
    remove_abandoned(into)
    with heartbeat(lease) as pulse:
        return browsers.run(
            lambda chromium: preserve(
                chromium, parse_target(capture.url), pipeline_settings(into), pulse.tell
            ),
            pulse,
        )


def _end(lease: Lease, capture: Capture, again: Again) -> None:
    if again.pause_s:
        pause(capture.host, timezone.now() + timedelta(seconds=again.pause_s))
    if again.wait_s is None:
        fail(lease, again.reason, again.explanation)
    else:
        not_before = timezone.now() + timedelta(seconds=again.wait_s)
        put_back(lease, again.reason, again.explanation, not_before)


def _ring_for_more(queues: Sequence[Queue]) -> None:
    """One bell for the next capture, so that a queue empties without waiting for the sweeper."""
    if soonest(queues) is not None:
        ring(queues[-1])
