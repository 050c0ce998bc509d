"""Sealed bags on their way into the store: kept on this machine until it takes them.

A store that is down costs no evidence: the bag waits here, and the page need not be captured again
(it may be gone by then). A worker that is killed costs none either, from the moment in which the
bag is packed: whoever comes by on the same machine tells the database, and stores it.
"""

from __future__ import annotations

import enum
import time
from pathlib import Path

import structlog

from service.captures.models import Capture, Result, State
from service.captures.states import LOST, Lease, LeaseLost, Secured, keep, put_back, seal, secure
from service.evidence.errors import AlreadyStored, Altered, EvidenceError
from service.evidence.keeping import evidence_store, object_key
from workers.attempt_folder import PACKED, AttemptFolder, clear, left_behind, outbox

_REST_S = 15.0
"""How long a store that refused is left alone."""
_ROUND_S = 60.0
"""How long one round may take before the next capture: a put that has begun is not cut short."""

log = structlog.get_logger()


class Fate(enum.Enum):
    """What becomes of a packed bag."""

    SECURE = "tell the database that it exists, and store it"
    STORE = "store it"
    DONE = "it is stored, or nobody wants it any more"
    WAIT = "another attempt at the same page is under way, and may yet fail"
    SET_ASIDE = "the database knows nothing of it: somebody must look at it"


def fate(capture: Capture | None, lease: Lease) -> Fate:
    """Decide by what the database says of the capture."""
    if capture is None:
        return Fate.SET_ASIDE
    state = State(capture.state)
    if state in {State.SEALED, State.ERASED, State.CANCELLED}:
        return Fate.DONE
    if (capture.fence, capture.leased_by) != (lease.fence, lease.worker):
        return Fate.SET_ASIDE if state is State.FAILED else Fate.WAIT
    if state is State.STORING:
        return Fate.STORE
    if state in {State.QUEUED, State.FAILED} and capture.reason != LOST:
        return Fate.SET_ASIDE
    return Fate.SECURE


def empty() -> None:
    """Go on with what killed or refused workers left on this machine.

    What the store does not take now stays for the next time. Raises `django.db.Error`, `OSError`.
    """
    deadline = time.monotonic() + _ROUND_S
    for folder in left_behind():
        if _told(folder) is None:
            clear(folder)
        else:
            deliver(folder)
        if time.monotonic() > deadline:
            return


def deliver(folder: AttemptFolder) -> None:
    """Bring a packed bag one step, or all the way, nearer to the store; harmless to repeat.

    Raises `django.db.Error`, `OSError`.
    """
    told = _told(folder)
    if told is None:
        return
    lease, secured = told
    capture = Capture.objects.filter(pk=lease.capture).first()
    decided = fate(capture, lease)
    try:
        if decided is Fate.SECURE:
            secure(lease, secured)
        if decided in {Fate.SECURE, Fate.STORE}:
            _store(folder, lease, secured)
        elif decided is Fate.DONE:
            _finish(folder, lease, capture)
        elif decided is Fate.SET_ASIDE:
            folder.set_aside("unclaimed")
    except EvidenceError as error:  # of an erasure; it is tried again
        log.warning("store refused", capture=str(lease.capture), error=str(error))
    except LeaseLost:  # it changed in this very moment: decided anew the next time
        log.warning("lease lost", capture=str(lease.capture), attempt=lease.fence)


def numbers() -> tuple[int, int]:
    """How many bags of this machine wait for the store, and how many somebody must look at."""
    aside = (list(outbox().glob(f"{why}/*")) for why in ("unclaimed", "useless"))
    return len(list(outbox().glob(f"*.*/{PACKED}"))), sum(map(len, aside))


def _told(folder: AttemptFolder) -> tuple[Lease, Secured] | None:
    """What is known of the bag: by the folder, or (a backup has nothing else) by the database."""
    if folder.is_secured:
        return folder.secured()
    if not folder.packed.exists():
        return None
    row = Capture.objects.filter(
        pk=folder.capture, fence=folder.attempt, state=State.STORING
    ).first()
    if row is None or row.object_size is None or row.report is None:
        return None
    return Lease(row.pk, row.fence, row.leased_by), Secured(
        bag=row.bag,
        outcome=row.outcome,
        statement_sha256=row.statement_sha256,
        object_sha256=row.object_sha256,
        object_size=row.object_size,
        parts=row.parts,
        facts=row.facts,
        report=row.report,
    )


def _finish(folder: AttemptFolder, lease: Lease, capture: Capture | None) -> None:
    """Remove the folder. What was stored in the very moment of an erasure goes from the store too.

    Raises `EvidenceError`, `OSError`.
    """
    if capture is not None and capture.state == State.ERASED:
        evidence_store().delete(object_key(lease.capture, lease.fence))
    folder.remove()


class _Store:
    """When the store may be asked again."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def rest(self) -> None:
        self._rests_until = time.monotonic() + _REST_S


_the_store = _Store()


def _store(folder: AttemptFolder, lease: Lease, secured: Secured) -> None:
    """Raises `LeaseLost`."""
    keep(lease)
    if _the_store.rests:
        return
    key = object_key(lease.capture, lease.fence)
    try:
        _put(key, folder.packed, secured.object_sha256)
    except (Altered, AlreadyStored) as error:  # no other try will end otherwise
        log.critical("bag is of no use", capture=str(lease.capture), error=str(error))
        words = f"The sealed bag could not be stored, and the page is captured again. {error}"
        put_back(lease, Result.TROUBLE, "bag of no use", words)
        folder.set_aside("useless")
    except EvidenceError as error:
        log.warning("store refused", capture=str(lease.capture), error=str(error))
        _the_store.rest()
    else:
        seal(lease, key)
        folder.remove()


def _put(key: str, packed: Path, sha256: str) -> None:
    """Raises `EvidenceError`."""
    if not packed.exists():
        raise Altered("The packed bag is gone from the outbox of its worker.")
    evidence_store().put(key, packed, sha256)
