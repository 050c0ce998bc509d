"""Cases: a person's stories, and what is in each."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from service.accounts.models import User
from service.api.v1.authentication import READ_CASES, WRITE_CASES, actor, person
from service.api.v1.paging import Cursor, next_page, page
from service.api.v1.strict import Id, Input, Limit, Line
from service.captures.models import Capture, State
from service.cases.access import case_for, open_case, role_of
from service.cases.models import Case
from service.cases.roles import Act, Role
from service.webhooks.managing import notices

router = Router(tags=["cases"])


class NewCase(Input):
    """A case to open."""

    name: Line = Field(min_length=1, examples=["Post of 20 November"])


class CaseShown(Schema):
    """A case, and your part in it."""

    id: uuid.UUID
    name: str
    role: Role
    created: datetime


class CaseInFull(CaseShown):
    """A case, how many captures are in each state, and what its people should know."""

    captures: dict[State, int]
    notices: list[str]


class Cases(Schema):
    """A page of cases, newest first, and the address of the next page."""

    items: list[CaseShown]
    next: str | None


@router.get("", auth=READ_CASES, response=Cases, operation_id="list_cases")
def list_cases(
    request: HttpRequest, response: HttpResponse, cursor: Cursor | None = None, limit: Limit = 50
) -> Cases:
    """The cases that you belong to, newest first. `next` and the header `Link` lead on."""
    user = person(request)
    mine = Case.objects.filter(memberships__user=user)
    cases, following = page(mine, "created", cursor, limit)
    return Cases(
        items=[_shown(user, each) for each in cases], next=next_page(request, response, following)
    )


@router.post("", auth=WRITE_CASES, response={201: CaseShown}, operation_id="open_case")
def open_one(request: HttpRequest, asked: NewCase) -> Status[CaseShown]:
    """Open a case; you are its owner."""
    user = person(request)
    return Status(201, _shown(user, open_case(user, asked.name, actor(request))))


@router.get("/{case_id}", auth=READ_CASES, response=CaseInFull, operation_id="get_case")
def show(request: HttpRequest, case_id: Id) -> CaseInFull:
    """One case."""
    user = person(request)
    case = case_for(user, case_id, Act.READ)
    rows = Capture.objects.filter(case=case).values_list("state").annotate(n=Count("pk")).order_by()
    return CaseInFull(
        **_shown(user, case).model_dump(),
        captures={State(state): count for state, count in rows},
        notices=notices(case),
    )


def _shown(user: User, case: Case) -> CaseShown:
    role = role_of(user, case) or Role.VIEWER
    return CaseShown(id=case.pk, name=case.name, role=role, created=case.created)
