"""One capture of the service: leased, preserved, packed, stored; or why not.

The steps, each safe to be killed in:

1. `outbox.empty`: what a killed worker left on this machine is brought to its end first.
2. `claim_next`: the database gives the lease (`service.captures.queue`).
3. `preserve`: the pipeline, while a heartbeat renews the lease.
4. A page that may yet come is put back for later (`workers.retrying`).
5. The bag is packed (`workers.packing`): from now on it is safe from whatever happens to us.
6. `outbox.deliver`: the database is told that it exists, the store takes it, it is sealed.

However a capture ends, the attempt is documented, and nobody waits for a lease to run out unless
this process itself was killed.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import structlog
from django.conf import settings
from django.db import Error

from capture.errors import CaptureError
from capture.target import parse_target
from seal.errors import SealError
from service.bell import ring
from service.captures.models import Capture, Content, Queue, Result
from service.captures.queue import claim_next, pause, seconds_to_next, startable
from service.captures.states import Lease, LeaseLost, attempts, fail, put_back
from service.evidence.errors import EvidenceError
from service.sessions.supplying import end
from workers import browsers, outbox
from workers.archiving.listing import OUTCOME, list_profile
from workers.attempt_folder import AttemptFolder, attempt_folder
from workers.errors import Interrupted, PipelineError
from workers.heartbeat import Pulse, heartbeat
from workers.insisting import insist
from workers.naming import worker_name
from workers.packing import pack, pack_sealed
from workers.pipeline import Preserved, preserve
from workers.retrying import (
    Again,
    after_failure,
    after_outcome,
    pause_asked_by,
    stopped,
    unexpected,
)
from workers.sessions import grant_for
from workers.settings import capture_limit_s, pipeline_settings
from workers.stopping import stopping

_PATIENCE_S = 3.0
"""How long a free worker waits for a web site's pause to end, rather than for the next bell."""
_LOOK_AGAIN_S = 0.5
_PACKING_S = 60.0

log = structlog.get_logger()


def capture_one(queues: Sequence[Queue]) -> bool:
    """Do the next capture of these queues, if one may start; whether there was one.

    Raises `django.db.Error` where the database is away for longer than a lease.
    """
    outbox.empty()
    lease = _next_lease(queues) if _has_room() else None
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


def _has_room() -> bool:
    """A capture that the disk has no room for would only be in the way of one elsewhere."""
    free = shutil.disk_usage(settings.DATA).free
    if free >= settings.MIN_FREE:
        return True
    log.error("no room for captures", free=free, needed=settings.MIN_FREE)
    return False


def _next_lease(queues: Sequence[Queue]) -> Lease | None:
    deadline = time.monotonic() + _PATIENCE_S
    while not stopping.is_set():
        lease = claim_next(queues, worker_name())
        if lease is not None:
            return lease
        wait = seconds_to_next(queues)
        if wait is None or time.monotonic() + wait > deadline:
            return None
        stopping.wait(min(max(wait, 0.02), _LOOK_AGAIN_S))
    return None


def _capture(lease: Lease) -> None:
    with _Documented(lease):
        found = Capture.objects.select_related("session__owner")
        capture = insist(lambda: found.get(pk=lease.capture), settings.LEASE_S)
        log.info("capture started")
        try:
            with attempt_folder(lease) as folder:
                again = _attempt(lease, capture, folder)
                if again is None:
                    _deliver(folder)
        except Interrupted:
            log.info("capture stopped")
            again = stopped()
        except (CaptureError, SealError, PipelineError, EvidenceError, OSError) as error:
            log.warning("capture failed", kind=type(error).__name__)  # its words may name the page
            again = after_failure(error, attempts(lease.capture, Result.TROUBLE))
        if again is not None:
            _end(lease, again)


def _attempt(lease: Lease, capture: Capture, folder: AttemptFolder) -> Again | None:
    """Preserve the page and pack the bag; or what to do instead."""
    limit_s = capture_limit_s()
    with heartbeat(lease, limit_s + _PACKING_S) as pulse:
        if capture.content == Content.INVENTORY:
            listed = list_profile(capture, folder, pulse, limit_s)
            pack_sealed(folder, lease, listed.sealed, OUTCOME, listed.facts)
            return None
        preserved = _preserve(capture, folder, pulse, limit_s)
        rest_s = pause_asked_by(preserved)
        if rest_s:
            insist(lambda: pause(capture.host, rest_s), settings.LEASE_S)
        again = after_outcome(preserved, attempts(capture.pk, Result.AGAIN), rest_s)
        if again is None:
            pack(folder, lease, preserved)
            log.info("capture sealed", outcome=preserved.captured.outcome.value)
    return again


def _preserve(capture: Capture, folder: AttemptFolder, pulse: Pulse, limit_s: float) -> Preserved:
    options = pipeline_settings(folder.path, grant_for(capture))
    preserved = browsers.run(
        lambda chromium: preserve(chromium, parse_target(capture.url), options, pulse.tell),
        pulse,
        limit_s,
    )
    session, why = capture.session, preserved.captured.session_ended
    if session is not None and why is not None:
        insist(lambda: end(session, why), settings.LEASE_S)
    return preserved


def _deliver(folder: AttemptFolder) -> None:
    """The bag is safe; so a database that stays away is left to the next round of the outbox."""
    try:
        insist(lambda: outbox.deliver(folder), settings.LEASE_S)
    except (Error, OSError) as error:
        log.warning("bag waits in the outbox", error=type(error).__name__)


def _end(lease: Lease, again: Again) -> None:
    if again.wait_s is None:
        insist(lambda: fail(lease, again.reason, again.explanation), settings.LEASE_S)
        return
    wait_s = again.wait_s
    insist(
        lambda: put_back(lease, again.result, again.reason, again.explanation, wait_s),
        settings.LEASE_S,
    )


def _ring_for_more(queues: Sequence[Queue]) -> None:
    """One bell for the next capture, so that a queue empties without waiting for the sweeper."""
    for queue in reversed(queues):
        if startable([queue]) or (seconds_to_next([queue]) or _PATIENCE_S) < _PATIENCE_S:
            ring(queue)
            return


class _Documented:
    """Whatever is raised within, the attempt ends with its reason, and the lease is given back.

    Nothing is swallowed: what is raised goes on, so that it is seen as the error that it is.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del trace
        if error is None or isinstance(error, LeaseLost):
            return
        log.critical("unexpected error", kind=kind.__name__ if kind else "")
        troubles = attempts(self._lease.capture, Result.TROUBLE)
        _end(self._lease, unexpected(error, troubles))
