"""Sessions with web sites: one's own, supplied, replaced and removed; never shown."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from service.api.v1 import problems
from service.api.v1.authentication import READ_CAPTURES, WRITE_CAPTURES, person
from service.api.v1.problems import Problem
from service.api.v1.strict import Id, Input
from service.sessions import supplying
from service.sessions.models import SuppliedSession

router = Router(tags=["sessions"])

Content = Annotated[str, StringConstraints(min_length=1, max_length=4_000_000)]
_CONTENT = "A storage state of Playwright (JSON), or the text of a cookies.txt."


class NewSession(Input):
    """A session that you may use."""

    name: Annotated[str, StringConstraints(pattern=rf"^{supplying.NAME.pattern}$")] = Field(
        description="For yourself.", examples=["mine"]
    )
    content: Content = Field(description=_CONTENT)


class NewContent(Input):
    """Another content for the same session."""

    content: Content = Field(description=_CONTENT)


class SessionShown(Schema):
    """A session, without any of its values."""

    id: uuid.UUID
    name: str
    kind: str
    hosts: dict[str, int] = Field(description="For which hosts how many cookies.")
    stored: int = Field(description="Entries of local storage.")
    first_end: datetime | None = Field(description="When the first of its cookies ends.")
    supplied: datetime
    ended: datetime | None = Field(description="When a web site did not know it any more.")
    why: str = Field(description="By what that was told; a guess.")


class Sessions(Schema):
    """All of your sessions, by name."""

    items: list[SessionShown]


@router.get("", auth=READ_CAPTURES, response=Sessions, operation_id="list_sessions")
def list_sessions(request: HttpRequest) -> Sessions:
    """Your own sessions. Nobody sees anybody else's."""
    found = supplying.sessions_of(person(request))
    return Sessions(items=[SessionShown.from_orm(each) for each in found])


@router.post("", auth=WRITE_CAPTURES, response={201: SessionShown}, operation_id="supply_session")
def supply(request: HttpRequest, asked: NewSession) -> Status[SessionShown]:
    """Keep a session, encrypted, to preserve what is behind a login (docs/sessions.md)."""
    try:
        session = supplying.supply(person(request), asked.name, asked.content.encode())
    except supplying.NotPossible as error:
        raise _wrong(error) from error
    return Status(201, SessionShown.from_orm(session))


@router.put(
    "/{session_id}", auth=WRITE_CAPTURES, response=SessionShown, operation_id="replace_session"
)
def replace(request: HttpRequest, session_id: Id, asked: NewContent) -> SessionShown:
    """Another content for the same session, once it has ended, say."""
    session = supplying.find_session(person(request), session_id)
    try:
        supplying.replace(session, asked.content.encode())
    except supplying.NotPossible as error:
        raise _wrong(error) from error
    return SessionShown.from_orm(session)


@router.delete(
    "/{session_id}", auth=WRITE_CAPTURES, response={204: None}, operation_id="remove_session"
)
def remove(request: HttpRequest, session_id: Id) -> Status[None]:
    """Remove it. What still waits to be captured with it is not captured."""
    supplying.find_session(person(request), session_id).delete()
    return Status(204, None)


def own_session(request: HttpRequest, session_id: uuid.UUID | None) -> SuppliedSession | None:
    """The session that a submission names; None for none. Raises `NotFound`."""
    return supplying.find_session(person(request), session_id) if session_id else None


def _wrong(error: supplying.NotPossible) -> Problem:
    wrong = [{"where": "body.content", "what": str(error)}]
    return Problem(problems.DOES_NOT_FIT, str(error), errors=wrong)
