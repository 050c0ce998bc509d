"""Submit addresses, follow them, call them off, erase them."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Query, Router, Schema, Status

from service.api.v1 import problems
from service.api.v1.authentication import (
    ERASE_CAPTURES,
    READ_CAPTURES,
    WRITE_CAPTURES,
    actor,
    person,
)
from service.api.v1.paging import Cursor, next_page, page
from service.api.v1.problems import Problem
from service.api.v1.sessions import own_session
from service.api.v1.shown import Shown, shown
from service.api.v1.strict import Id, Input, Limit, Text
from service.captures import states, submitting
from service.captures.erasing import erase
from service.captures.finding import find_capture
from service.captures.listing import visible_captures
from service.captures.models import Capture, Queue, State
from service.captures.reading import MAX_LINES, read_lines
from service.cases.access import case_for, own_case
from service.cases.roles import Act

router = Router(tags=["captures"])

Key = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="Makes a repeated request the same request: it answers again what it "
        "answered first, and does nothing. Any text of up to 200 visible characters, used once.",
    ),
]


class Submit(Input):
    """Addresses to preserve."""

    urls: list[str] = Field(
        min_length=1,
        max_length=MAX_LINES,
        description="Each gets its own verdict; one that is no address spoils no other.",
        examples=[["https://example.org/post/1"]],
    )
    case: Id | None = Field(None, description="The case; without it, your own first one.")
    note: Text = Field("", description="Kept with each capture, for the people of the case.")
    queue: Queue | None = Field(
        None, description="'bulk' lets whoever waits go first; longer lists are 'bulk' anyhow."
    )
    session: Id | None = Field(
        None, description="Your own session with the web site: it is seen as you see it."
    )


class Item(Schema):
    """What became of one address of a submission."""

    id: uuid.UUID | None
    url: str
    verdict: Literal["accepted", "duplicate", "refused"]
    state: State | Literal["refused"]
    reason: str = Field(description="Why it was not accepted, for people.")


class Submitted(Schema):
    """One item for each address, in order."""

    items: list[Item]


class Captures(Schema):
    """A page of captures, newest first, and the address of the next page."""

    items: list[Shown]
    next: str | None


@router.post("", auth=WRITE_CAPTURES, response={201: Submitted}, operation_id="submit_captures")
def submit(request: HttpRequest, asked: Submit, idempotency_key: Key = None) -> Status[Submitted]:
    """Submit addresses: each is committed before this is answered."""
    user = person(request)
    case = case_for(user, asked.case, Act.SUBMIT) if asked.case else own_case(user)
    wanted = submitting.Request(
        user=user,
        actor=actor(request),
        case=case,
        lines=read_lines(asked.urls),
        note=asked.note,
        key=idempotency_key,
        queue=Queue.BULK if asked.queue is Queue.BULK else None,
        session=own_session(request, asked.session),
    )
    try:
        verdicts = submitting.submit(wanted)
    except submitting.KeyReused as error:
        raise Problem(problems.KEY_REUSED, str(error)) from error
    return Status(201, Submitted(items=_items(verdicts)))


@router.get("", auth=READ_CAPTURES, response=Captures, operation_id="list_captures")
def list_captures(
    request: HttpRequest,
    response: HttpResponse,
    case: Id | None = None,
    state: Annotated[list[State], Query(description="May be given several times.")] = [],  # noqa: B006
    url: Annotated[
        str | None, Query(max_length=8_192, description="Captures of exactly this address.")
    ] = None,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> Captures:
    """The captures of your cases, newest first. `next` and the header `Link` lead on."""
    user = person(request)
    of = case_for(user, case, Act.READ) if case else None
    found = visible_captures(user, of, state, url)
    captures, following = page(found, "sequence", cursor, limit)
    return Captures(
        items=[shown(each) for each in captures], next=next_page(request, response, following)
    )


@router.get("/{capture_id}", auth=READ_CAPTURES, response=Shown, operation_id="get_capture")
def show(request: HttpRequest, capture_id: Id) -> Shown:
    """One capture. Of one that was erased, what is left: IDs, times and hashes."""
    return shown(find_capture(person(request), capture_id, Act.READ))


@router.post(
    "/{capture_id}/cancel", auth=WRITE_CAPTURES, response=Shown, operation_id="cancel_capture"
)
def cancel(request: HttpRequest, capture_id: Id) -> Shown:
    """Call off a capture that has not begun; harmless to repeat."""
    capture = find_capture(person(request), capture_id, Act.SUBMIT)
    is_off = states.cancel(capture.pk, actor(request))
    capture.refresh_from_db()
    if not is_off and capture.state != State.CANCELLED:
        raise Problem(
            problems.CONFLICT,
            f"The capture is {capture.state}: only one that is queued can be called off.",
            state=capture.state,
        )
    return shown(capture)


@router.delete("/{capture_id}", auth=ERASE_CAPTURES, response=Shown, operation_id="erase_capture")
def erase_capture(request: HttpRequest, capture_id: Id) -> Shown:
    """Erase the evidence for good; only an owner can. Hashes and custody are left.

    Harmless to repeat. Copies that were downloaded, and backups until they expire, are not reached.
    """
    capture = find_capture(person(request), capture_id, Act.ERASE)
    erase(capture, actor(request))
    capture.refresh_from_db()
    return shown(capture)


def _items(verdicts: list[submitting.Verdict]) -> list[Item]:
    ids = [each.capture for each in verdicts if each.capture]
    now: dict[uuid.UUID, str] = {}
    for at in range(0, len(ids), 500):
        found = Capture.objects.filter(pk__in=ids[at : at + 500])
        now.update(found.values_list("pk", "state"))
    return [
        Item(
            id=each.capture,
            url=each.url,
            verdict=each.verdict,
            state=State(now[each.capture]) if each.capture else "refused",
            reason=each.reason,
        )
        for each in verdicts
    ]
