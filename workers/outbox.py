"""Sealed bags on their way into the store: packed on this machine, and kept until it takes them.

``HOLDFAST_DATA/outbox/ID.ATTEMPT.zip`` is one packed bag. A store that is down costs no evidence:
the bag waits here, and the page need not be captured again (it may be gone by then).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings

from service.captures.models import Capture, State
from service.captures.states import Lease, LeaseLost, Secured, seal, secure
from service.evidence.errors import EvidenceError
from service.evidence.keeping import evidence_store, object_key
from service.evidence.zipped import zip_bag
from workers.facts import facts_of
from workers.pipeline import Preserved

_TRY_AGAIN_AFTER_S = 15.0

log = structlog.get_logger()


def bag_folder(lease: Lease) -> Path:
    """Where the pipeline makes the bag of this attempt."""
    folder = _root() / "bags" / f"{lease.capture}.{lease.fence}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def discard(lease: Lease) -> None:
    """Remove the bag of an attempt that is to be repeated."""
    shutil.rmtree(bag_folder(lease))


def pack(lease: Lease, preserved: Preserved) -> None:
    """Pack the bag, then tell the database that it exists.

    Raises `LeaseLost`, `EvidenceError` where it cannot be packed, `OSError`.
    """
    target = _root() / f"{lease.capture}.{lease.fence}.zip"
    zipped = zip_bag(preserved.bag, target)
    facts = facts_of(preserved)
    secure(
        lease,
        Secured(
            bag=preserved.bag.name,
            outcome=preserved.captured.outcome.value,
            statement_sha256=preserved.statement_sha256,
            object_sha256=zipped.sha256,
            object_size=zipped.size,
            parts={name: part.as_json() for name, part in zipped.parts.items()},
            facts=facts,
            report=preserved.report,
        ),
    )
    discard(lease)


def numbers() -> tuple[int, int]:
    """How many bags of this machine wait for the store, and how many nobody asks for any more."""
    return len(list(_root().glob("*.zip"))), len(list(_root().glob("unclaimed/*.zip")))


def empty() -> None:
    """Store what waits here. What the store does not take now stays for the next time."""
    with _alone() as alone:
        if alone:
            for path in sorted(_root().glob("*.zip")):
                _store(path)


def _store(path: Path) -> None:
    capture_id, attempt, _ = path.name.split(".")
    capture = Capture.objects.filter(pk=uuid.UUID(capture_id)).first()
    if capture is None or capture.fence != int(attempt) or capture.state != State.STORING:
        _put_aside(path, capture)
        return
    lease = Lease(capture.pk, capture.fence, capture.leased_by)
    key = object_key(capture.pk, capture.fence)
    try:
        evidence_store().put(key, path, capture.object_sha256)
        seal(lease, key)
    except EvidenceError as error:
        log.warning("store refused", capture=capture_id, error=str(error))
        return
    except LeaseLost:
        log.warning("sealed too late", capture=capture_id)
        return
    path.unlink()


def _put_aside(path: Path, capture: Capture | None) -> None:
    """A bag that the database does not ask for (any more): done already, or given up for lost."""
    is_stored = (
        capture is not None
        and capture.state == State.SEALED
        and (capture.object_key == object_key(capture.pk, int(path.name.split(".")[1])))
    )
    if is_stored:
        path.unlink()
        return
    if time.time() - path.stat().st_mtime < 3_600:
        return  # perhaps just being packed
    aside = _root() / "unclaimed"
    aside.mkdir(exist_ok=True)
    path.rename(aside / path.name)
    log.warning("bag put aside", bag=path.name)


def _root() -> Path:
    root: Path = settings.DATA / "outbox"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process of this machine is emptying the outbox."""
    lock = os.open(_root() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)
