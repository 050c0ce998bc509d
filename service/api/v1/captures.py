"""Submit addresses, follow them, fetch the evidence."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, Header, Router, Schema

from service.accounts.tokens import Scope
from service.api.v1.authentication import actor, person
from service.api.v1.problems import Problem
from service.captures import submitting
from service.captures.finding import find_capture
from service.captures.models import Capture, Queue, State
from service.captures.reading import MAX_LINES, TooManyLines, read_lines
from service.cases.access import case_for, own_case
from service.cases.roles import Act
from service.custody.recording import Kind
from service.evidence.handing import hand_out

router = Router(tags=["captures"])


class Submit(Schema):
    """Addresses to preserve."""

    urls: list[str] = Field(min_length=1, max_length=MAX_LINES)
    case: uuid.UUID | None = Field(None, description="The case; without it, your own first one.")
    note: str = Field("", max_length=5_000)
    queue: Queue | None = Field(None, description="'bulk' lets whoever waits go first.")


class Item(Schema):
    """What became of one address of a submission."""

    id: uuid.UUID | None
    url: str
    verdict: str
    state: str
    reason: str


class Submitted(Schema):
    """One item for each address, in order."""

    items: list[Item]


class Shown(Schema):
    """A capture as it is now."""

    id: uuid.UUID
    case: uuid.UUID
    url: str
    note: str
    state: State
    step: str
    submitted: datetime
    started: datetime | None
    finished: datetime | None
    attempts: int
    outcome: str
    reason: str
    explanation: str
    statement_sha256: str
    facts: dict[str, Any]


@router.post("", response={201: Submitted}, operation_id="submit_captures")
def submit(
    request: HttpRequest,
    asked: Submit,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> tuple[int, Submitted]:
    """Commit each address before answering. A repeated Idempotency-Key repeats nothing."""
    user = person(request, Scope.CAPTURES_WRITE)
    case = case_for(user, asked.case, Act.SUBMIT) if asked.case else own_case(user)
    try:
        verdicts = submitting.submit(
            submitting.Request(
                user=user,
                actor=actor(request),
                case=case,
                lines=read_lines(asked.urls),
                note=asked.note,
                key=idempotency_key,
                queue=asked.queue,
            )
        )
    except TooManyLines as error:
        raise Problem(422, "Too many addresses", str(error)) from error
    except submitting.KeyReused as error:
        raise Problem(409, "Key used before", str(error)) from error
    return 201, Submitted(items=_items(verdicts))


@router.get("/{capture_id}", response=Shown, operation_id="get_capture")
def show(request: HttpRequest, capture_id: uuid.UUID) -> Shown:
    """One capture."""
    return _shown(find_capture(person(request, Scope.CAPTURES_READ), capture_id, Act.READ))


@router.get("/{capture_id}/evidence.zip", operation_id="get_evidence")
def evidence(request: HttpRequest, capture_id: uuid.UUID) -> HttpResponse | StreamingHttpResponse:
    """The sealed bag."""
    capture = find_capture(person(request, Scope.CAPTURES_READ), capture_id, Act.READ)
    if capture.state != State.SEALED:
        raise Problem(409, "Not sealed", f"The capture is {capture.state}.", state=capture.state)
    return hand_out(request, capture, actor(request), Kind.DOWNLOAD)


def _items(verdicts: list[submitting.Verdict]) -> list[Item]:
    ids = [each.capture for each in verdicts if each.capture]
    states: dict[uuid.UUID, str] = {}
    for at in range(0, len(ids), 500):
        found = Capture.objects.filter(pk__in=ids[at : at + 500])
        states.update(found.values_list("pk", "state"))
    return [
        Item(
            id=each.capture,
            url=each.url,
            verdict=each.verdict,
            state=states[each.capture] if each.capture else "refused",
            reason=each.reason,
        )
        for each in verdicts
    ]


def _shown(capture: Capture) -> Shown:
    return Shown(
        id=capture.pk,
        case=capture.case_id,
        url=capture.url,
        note=capture.note,
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
        facts=capture.facts,
    )
