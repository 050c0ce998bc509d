"""A capture as the API shows it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from ninja import Field, Schema

from service.captures.models import Capture, Content, Queue, State


class Evidence(Schema):
    """The stored bag: one .zip, its size in bytes, its SHA-256."""

    size: int
    sha256: str
    checked: datetime | None = Field(description="When it was last read again and compared.")
    fixity: str = Field(description="What that found: 'intact', or else an alarm; '' before.")


class Shown(Schema):
    """A capture as it is now."""

    id: uuid.UUID
    case: uuid.UUID
    url: str = Field(description="As it was submitted; '' once erased.")
    note: str
    with_session: bool = Field(description="Seen as somebody sees it who is logged in.")
    queue: Queue
    content: Content = Field(description="'inventory' is the sealed list of a profile.")
    state: State = Field(description="'sealed', 'failed', 'cancelled' and 'erased' are final.")
    step: str = Field(description="What a worker is at, while it is.")
    submitted: datetime
    started: datetime | None
    finished: datetime | None
    attempts: int
    outcome: str = Field(description="What came of the page: see docs/evidence-format.md.")
    reason: str
    explanation: str = Field(description="Why it is in this state, for people.")
    statement_sha256: str = Field(description="The hash that all of the evidence hangs on.")
    evidence: Evidence | None = Field(description="None until it is sealed, and once erased.")
    facts: dict[str, Any]


def shown(capture: Capture) -> Shown:
    """`capture` for an answer."""
    return Shown(
        id=capture.pk,
        case=capture.case_id,
        url=capture.url,
        note=capture.note,
        with_session=capture.with_session,
        queue=Queue(capture.queue),
        content=Content(capture.content),
        state=State(capture.state),
        step=capture.step,
        submitted=capture.submitted,
        started=capture.started,
        finished=capture.finished,
        attempts=capture.fence,
        outcome=capture.outcome,
        reason=capture.reason,
        explanation=capture.explanation,
        statement_sha256=capture.statement_sha256,
        evidence=_evidence(capture),
        facts=capture.facts,
    )


def _evidence(capture: Capture) -> Evidence | None:
    if capture.state != State.SEALED:
        return None
    return Evidence(
        size=capture.object_size or 0,
        sha256=capture.object_sha256,
        checked=capture.checked,
        fixity=capture.fixity,
    )
