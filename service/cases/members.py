"""Who belongs to a case: asked in by an owner, coming in by their own yes, and out again.

Each change is an event in the case's log, a chain of hashes under the case's ID. A case always has
an owner: whoever changes owners first locks the case, so that two owners who remove each other in
the same moment do so one after the other.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from service.accounts.models import User
from service.cases.access import NotFound
from service.cases.inviting import withdraw_all_of
from service.cases.log import lock, write
from service.cases.models import Case, Membership
from service.cases.roles import ALLOWED, Act, Role
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor
from service.sessions.taking_back import take_back_all_of
from service.sharing.links import revoke_all_of
from service.webhooks.managing import delete_all_of


class LastOwner(Exception):
    """A case must keep an owner; the message says what to do."""


def members_of(case: Case) -> QuerySet[Membership]:
    """Everybody in the case, by name."""
    return case.memberships.select_related("user").order_by("since", "pk")


def find_member(case: Case, membership_id: int) -> Membership:
    """The member of this case. Raises `NotFound`."""
    found = members_of(case).filter(pk=membership_id).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def change_role(case: Case, member: Membership, role: Role, actor: Actor) -> None:
    """Give `member` another role. Raises `LastOwner`, `NotFound` where they have just gone."""
    with transaction.atomic():
        _keep_an_owner(case, member, role)
        if not Membership.objects.filter(pk=member.pk).update(role=role):
            raise NotFound("There is no such member.")
        _take_back(case, member.user, role, actor)
        write(case.pk, PeopleKind.ROLE, actor, member=str(member.user_id), role=role)


def remove(case: Case, member: Membership, actor: Actor) -> None:
    """Put `member` out. Raises `LastOwner`, `NotFound` where they have just gone."""
    _put_out(case, member, PeopleKind.REMOVE, actor)


def leave(case: Case, user: User, actor: Actor) -> None:
    """`user` goes by themselves. Raises `LastOwner`, `NotFound`."""
    member = members_of(case).filter(user=user).first()
    if member is None:
        raise NotFound("There is no such case.")
    _put_out(case, member, PeopleKind.LEAVE, actor)


def tell_cases(user: User, kind: PeopleKind, actor: Actor) -> None:
    """Write into the log of each of the person's cases what was done to their account."""
    with transaction.atomic():
        mine = Membership.objects.filter(user=user).order_by("case_id")
        for case_id in mine.values_list("case_id", flat=True):
            write(case_id, kind, actor, member=str(user.pk))


def _put_out(case: Case, member: Membership, kind: PeopleKind, actor: Actor) -> None:
    with transaction.atomic():
        _keep_an_owner(case, member, None)
        if not Membership.objects.filter(pk=member.pk).delete()[0]:
            raise NotFound("There is no such member.")
        _take_back(case, member.user, None, actor)
        write(case.pk, kind, actor, member=str(member.user_id))


def _take_back(case: Case, user: User, role: Role | None, actor: Actor) -> None:
    """What somebody gave to others while they could, ends when they no longer can."""
    allowed = ALLOWED[role] if role else frozenset()
    if Act.SHARE not in allowed:
        revoke_all_of(user, case, actor)
    if Act.SUBMIT not in allowed:
        take_back_all_of(user, case)
    if Act.MANAGE not in allowed:
        withdraw_all_of(user, case, actor)
        delete_all_of(user, case)


def _keep_an_owner(case: Case, member: Membership, role: Role | None) -> None:
    """Wait for whoever else changes this case's members. Raises `LastOwner`."""
    lock(case.pk)
    if role == Role.OWNER:
        return
    owners = Membership.objects.filter(case=case, role=Role.OWNER)
    if owners.filter(pk=member.pk).exists() and not owners.exclude(pk=member.pk).exists():
        raise LastOwner(
            "A case needs an owner. Make somebody else an owner first; or keep it and erase what "
            "is in it."
        )
