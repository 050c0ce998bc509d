"""Erasure: the content goes, from store and database; a tombstone with hashes and custody stays."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from service.captures.models import Attempt, Capture, State, Submission
from service.custody.kinds import Kind
from service.custody.recording import Actor, record
from service.evidence.keeping import evidence_store
from service.profiles.forgetting import forget
from service.sessions import openings
from service.sharing.models import ShareLink
from service.webhooks.events import notify
from service.webhooks.models import Event


def erase(capture: Capture, actor: Actor) -> bool:
    """Erase `capture` for good, whatever its state; False where it was erased before.

    A worker that is at it finds its lease gone and drops what it has. Raises `EvidenceError` where
    the store does not delete the object (`Retained`: its lock forbids it): then nothing is changed.
    Not reached: backups, and copies that were downloaded.
    """
    with transaction.atomic():
        changed = (
            Capture.objects.filter(pk=capture.pk)
            .exclude(state=State.ERASED)
            .update(
                state=State.ERASED,
                finished=timezone.now(),
                lease_until=None,
                url="",
                host="",
                note="",
                session=None,
                step="",
                explanation="",
                object_key="",
                parts={},
                facts={},
                report=None,
            )
        )
        if not changed:
            return False
        _forget_elsewhere(capture)
        hashes = {
            "statement_sha256": capture.statement_sha256,
            "object_sha256": capture.object_sha256,
        }
        record(capture.pk, Kind.ERASE, actor, hashes)
        # Last, and within the transaction: where the store refuses, all of the above is undone.
        _delete_objects(capture)
    return True


def _delete_objects(capture: Capture) -> None:
    store = evidence_store()
    for key in list(store.keys(f"captures/{capture.pk}/")):
        store.delete(key)


def _forget_elsewhere(capture: Capture) -> None:
    """The address and its traces in other rows."""
    Attempt.objects.filter(capture=capture).update(explanation="")
    ShareLink.objects.filter(capture=capture).delete()
    forget(capture)
    openings.forget(capture.pk)
    notify(capture.pk, Event.ERASED)
    if capture.submission is not None:
        _forget_line(capture, capture.submission)


def _forget_line(capture: Capture, submission: Submission) -> None:
    for verdict in submission.verdicts:
        if verdict["capture"] == str(capture.pk):
            verdict["url"] = ""
    submission.save(update_fields=["verdicts"])
