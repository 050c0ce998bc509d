"""What happened to a case and its members: a chain of hashes under the case's ID."""

from __future__ import annotations

import uuid
from typing import Any

from service.cases.models import Case
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor, history, record


def lock(case_id: uuid.UUID) -> None:
    """Wait for whoever else changes who is in this case, until the end of the transaction."""
    Case.objects.select_for_update(no_key=True).get(pk=case_id)


def write(case_id: uuid.UUID, kind: PeopleKind, actor: Actor, **detail: str) -> None:
    """Add an event to the case's log, in the same transaction as what it tells of."""
    lock(case_id)
    record(case_id, kind, actor, detail)


def log_of(case: Case) -> list[dict[str, Any]]:
    """Everything that happened, the newest first, with names."""
    return history(case.pk, private=True)[::-1]
