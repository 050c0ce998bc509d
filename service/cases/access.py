"""The one door to everything in a case: what one may not see is not there.

Every lookup of an object by its ID goes through here, so that no guess of an ID shows anything.
"""

from __future__ import annotations

import uuid

from django.db import transaction

from service.accounts.models import User
from service.cases.models import Case, Membership
from service.cases.roles import ALLOWED, Act, Role
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor, record


class NotFound(Exception):
    """There is no such thing, or it is not for this person: the answer is the same."""


class NotAllowed(Exception):
    """The person sees the case, but their role does not allow this."""


def case_for(user: User, case_id: uuid.UUID | str, act: Act) -> Case:
    """The case, where `user` belongs to it and may do `act`. Raises `NotFound`, `NotAllowed`."""
    membership = _membership(user, case_id)
    if membership is None:
        raise NotFound("There is no such case.")
    if act not in ALLOWED[Role(membership.role)]:
        raise NotAllowed(f"As {membership.role} of this case you cannot do that.")
    return membership.case


def may(user: User, case: Case, act: Act) -> bool:
    """Whether `user` may do `act` in `case`."""
    membership = _membership(user, case.pk)
    return membership is not None and act in ALLOWED[Role(membership.role)]


def role_of(user: User, case: Case) -> Role | None:
    """The person's role in the case, None for none."""
    membership = _membership(user, case.pk)
    return Role(membership.role) if membership else None


def open_case(user: User, name: str, actor: Actor | None = None) -> Case:
    """A new case that belongs to `user`; its log begins with who opened it."""
    with transaction.atomic():
        case = Case.objects.create(name=name)
        Membership.objects.create(case=case, user=user, role=Role.OWNER)
        record(case.pk, PeopleKind.OPEN_CASE, actor or Actor("user", str(user.pk), user.email))
    return case


def own_case(user: User) -> Case:
    """The case for what is submitted without naming one: the first that is theirs."""
    mine = Membership.objects.filter(user=user, role=Role.OWNER).select_related("case")
    first = mine.order_by("case__created").first()
    return first.case if first else open_case(user, "My evidence")


def _membership(user: User, case_id: uuid.UUID | str) -> Membership | None:
    if not user.is_authenticated or not user.is_active:
        return None
    try:
        wanted = uuid.UUID(str(case_id))
    except ValueError:
        return None
    return Membership.objects.filter(user=user, case_id=wanted).select_related("case").first()
