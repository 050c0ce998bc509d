"""Who belongs to a case, and who is asked to."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from service.api.v1 import problems
from service.api.v1.authentication import READ_CASES, WRITE_CASES, actor, person
from service.api.v1.problems import Problem
from service.api.v1.strict import Id, Input
from service.cases import inviting, members
from service.cases.access import NotFound, case_for, may
from service.cases.models import Case, Membership
from service.cases.roles import Act, Role

router = Router(tags=["cases"])

Email = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$")]


class NewRole(Input):
    """What a member may do from now on."""

    role: Role


class NewInvitation(NewRole):
    """Whom to ask into the case, and as what."""

    email: Annotated[Email, StringConstraints(max_length=254)] = Field(
        examples=["cora@example.org"]
    )


class Member(Schema):
    """A member; `id` is the person's."""

    id: uuid.UUID
    email: str
    name: str
    role: Role
    since: datetime


class Invited(Schema):
    """Somebody who was asked and has not answered."""

    id: uuid.UUID
    email: str
    role: Role
    created: datetime
    expires: datetime


class Members(Schema):
    """Everybody in the case; to owners also who was asked."""

    items: list[Member]
    invitations: list[Invited]


@router.get("/{case_id}/members", auth=READ_CASES, response=Members, operation_id="list_members")
def list_of_case(request: HttpRequest, case_id: Id) -> Members:
    """Who is in the case."""
    user = person(request)
    case = case_for(user, case_id, Act.READ)
    waiting = inviting.waiting_in(case) if may(user, case, Act.MANAGE) else []
    return Members(
        items=[_shown(each) for each in members.members_of(case)],
        invitations=[Invited.from_orm(each) for each in waiting],
    )


@router.put(
    "/{case_id}/members/{user_id}",
    auth=WRITE_CASES,
    response=Member,
    operation_id="change_member_role",
)
def change_role(request: HttpRequest, case_id: Id, user_id: Id, asked: NewRole) -> Member:
    """Give a member another role. A case keeps an owner."""
    case = case_for(person(request), case_id, Act.MANAGE)
    member = _member(case, user_id)
    try:
        members.change_role(case, member, asked.role, actor(request))
    except members.LastOwner as error:
        raise Problem(problems.CONFLICT, str(error)) from error
    member.refresh_from_db()
    return _shown(member)


@router.delete(
    "/{case_id}/members/{user_id}",
    auth=WRITE_CASES,
    response={204: None},
    operation_id="remove_member",
)
def remove(request: HttpRequest, case_id: Id, user_id: Id) -> Status[None]:
    """Put a member out of the case, or leave it yourself. A case keeps an owner."""
    user = person(request)
    is_leaving = user_id == user.pk
    case = case_for(user, case_id, Act.READ if is_leaving else Act.MANAGE)
    try:
        if is_leaving:
            members.leave(case, user, actor(request))
        else:
            members.remove(case, _member(case, user_id), actor(request))
    except members.LastOwner as error:
        raise Problem(problems.CONFLICT, str(error)) from error
    return Status(204, None)


@router.post(
    "/{case_id}/invitations", auth=WRITE_CASES, response={201: Invited}, operation_id="invite"
)
def invite(request: HttpRequest, case_id: Id, asked: NewInvitation) -> Status[Invited]:
    """Ask somebody into the case, by e-mail address; they come in by their own yes.

    Whether that address has an account is not shown.
    """
    user = person(request)
    case = case_for(user, case_id, Act.MANAGE)
    try:
        invitation = inviting.invite(case, asked.email, asked.role, user, actor(request))
    except ValidationError as error:
        wrong = [{"where": "body.email", "what": " ".join(error.messages)}]
        raise Problem(problems.DOES_NOT_FIT, "Change what 'errors' names.", errors=wrong) from error
    except inviting.AlreadyThere as error:
        raise Problem(problems.CONFLICT, str(error)) from error
    return Status(201, Invited.from_orm(invitation))


@router.delete(
    "/{case_id}/invitations/{invitation_id}",
    auth=WRITE_CASES,
    response={204: None},
    operation_id="withdraw_invitation",
)
def withdraw(request: HttpRequest, case_id: Id, invitation_id: Id) -> Status[None]:
    """Take an invitation back that nobody has answered."""
    case = case_for(person(request), case_id, Act.MANAGE)
    inviting.withdraw(case, invitation_id, actor(request))
    return Status(204, None)


def _member(case: Case, user_id: uuid.UUID) -> Membership:
    found = members.members_of(case).filter(user=user_id).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def _shown(member: Membership) -> Member:
    return Member(
        id=member.user_id,
        email=member.user.email,
        name=member.user.name,
        role=Role(member.role),
        since=member.since,
    )
