"""Links by which somebody without an account may look at one capture."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from service.api.v1 import problems
from service.api.v1.authentication import READ_CASES, WRITE_CASES, actor, person
from service.api.v1.problems import Problem
from service.api.v1.strict import Id, Input, Line, Number
from service.captures.finding import find_capture
from service.cases.roles import Act
from service.sharing.links import MAX_DAYS, USUAL_DAYS, NotSealed, make_link, revoke, shares_of
from service.sharing.models import ShareLink

router = Router(tags=["sharing"])

Phrase = Annotated[Line, StringConstraints(min_length=8)]


class NewLink(Input):
    """Whom a link is for, and how long."""

    purpose: Line = Field(
        min_length=1, description="Whoever has the link reads it.", examples=["Ms Okafor, hearing"]
    )
    days: Annotated[int, Field(ge=1, le=MAX_DAYS), Number] = USUAL_DAYS
    phrase: Phrase | None = Field(
        None, description="A pass phrase that is asked for; tell it another way than the link."
    )


class LinkShown(Schema):
    """A link, without its secret, and how often it was used."""

    id: uuid.UUID
    purpose: str
    has_phrase: bool
    created: datetime
    expires: datetime
    revoked: datetime | None
    views: int
    downloads: int


class LinkMade(LinkShown):
    """A new link; `url` is in this answer and never again."""

    url: str


class Links(Schema):
    """Every link to a capture, newest first."""

    items: list[LinkShown]


@router.post(
    "/{capture_id}/shares", auth=WRITE_CASES, response={201: LinkMade}, operation_id="share_capture"
)
def make(request: HttpRequest, capture_id: Id, asked: NewLink) -> Status[LinkMade]:
    """Share a sealed capture, read-only, until the link ends or is revoked."""
    user = person(request)
    capture = find_capture(user, capture_id, Act.SHARE)
    try:
        url, link = make_link(
            capture,
            user,
            actor(request),
            purpose=asked.purpose,
            days=asked.days,
            phrase=asked.phrase or "",
        )
    except NotSealed as error:
        raise Problem(problems.NOT_SEALED, str(error), state=capture.state) from error
    return Status(201, LinkMade(**_shown(link).model_dump(), url=url))


@router.get(
    "/{capture_id}/shares", auth=READ_CASES, response=Links, operation_id="list_capture_shares"
)
def list_of_capture(request: HttpRequest, capture_id: Id) -> Links:
    """The links to a capture, those that have ended included."""
    capture = find_capture(person(request), capture_id, Act.SHARE)
    return Links(items=[_shown(each) for each in shares_of(capture)])


@router.delete(
    "/{capture_id}/shares/{link_id}",
    auth=WRITE_CASES,
    response={204: None},
    operation_id="revoke_share",
)
def end(request: HttpRequest, capture_id: Id, link_id: Id) -> Status[None]:
    """End a link now; harmless to repeat. It stays in the list, as ended."""
    capture = find_capture(person(request), capture_id, Act.SHARE)
    revoke(capture, link_id, actor(request))
    return Status(204, None)


def _shown(link: ShareLink) -> LinkShown:
    return LinkShown(
        id=link.pk,
        purpose=link.purpose,
        has_phrase=bool(link.phrase),
        created=link.created,
        expires=link.expires,
        revoked=link.revoked,
        views=link.views,
        downloads=link.downloads,
    )
