"""Is what the database tells of all there? Asked after a restore, and of use at any time."""

from __future__ import annotations

from collections.abc import Iterator

from service.captures.models import Capture, State
from service.custody.chain import faults
from service.custody.recording import history
from service.evidence.errors import EvidenceError
from service.evidence.keeping import evidence_store


def review() -> Iterator[str]:
    """What is wrong, in words; nothing where every chain is sound and every object is there.

    Objects are not read: their digests were compared as they were stored.
    """
    for capture in Capture.objects.only("id", "state", "object_key", "object_size").iterator():
        for fault in faults([*history(capture.pk, private=True)]):
            yield f"custody of {capture.pk}: {fault}"
        if capture.state == State.SEALED:
            yield from _missing(capture)


def _missing(capture: Capture) -> Iterator[str]:
    try:
        size = evidence_store().size(capture.object_key)
    except EvidenceError as error:
        yield f"evidence of {capture.pk}: {error}"
        return
    if size != capture.object_size:
        yield f"evidence of {capture.pk}: {size} bytes instead of {capture.object_size}"
