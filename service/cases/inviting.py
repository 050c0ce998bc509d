"""Asking somebody into a case by their e-mail address.

Whether that address has an account is never shown: the invitation waits, and looks the same.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from service.accounts.models import User
from service.cases.access import NotFound
from service.cases.log import lock, write
from service.cases.models import Case, Invitation, Membership
from service.cases.roles import Role
from service.custody.kinds import PeopleKind
from service.custody.recording import SYSTEM, Actor

LIFE = timedelta(days=14)


class AlreadyThere(Exception):
    """The person is a member of the case, or has been asked; the message says which."""


def invite(case: Case, email: str, role: Role, by: User, actor: Actor) -> Invitation:
    """Ask whoever has this address. Raises `ValidationError` for none, `AlreadyThere`."""
    email = email.strip().lower()
    validate_email(email)
    if Membership.objects.filter(case=case, user__email=email).exists():
        raise AlreadyThere(f"{email} is in this case already.")
    try:
        with transaction.atomic():
            lock(case.pk)
            _remove(case.invitations.filter(email=email, expires__lte=timezone.now()))
            invitation = Invitation.objects.create(
                case=case, email=email, role=role, made_by=by, expires=timezone.now() + LIFE
            )
            write(case.pk, PeopleKind.INVITE, actor, invitation=str(invitation.pk), role=role)
    except IntegrityError as error:
        raise AlreadyThere(f"{email} has been asked already.") from error
    return invitation


def waiting_in(case: Case) -> QuerySet[Invitation]:
    """The case's invitations that nobody has answered."""
    return case.invitations.filter(expires__gt=timezone.now()).order_by("created")


def invitations_for(user: User) -> QuerySet[Invitation]:
    """What `user` is asked into."""
    mine = Invitation.objects.filter(email=user.email, expires__gt=timezone.now())
    return mine.select_related("case", "made_by").order_by("created")


def accept(user: User, invitation_id: uuid.UUID, actor: Actor) -> Case:
    """`user` comes in. Raises `NotFound` for what is not theirs, has ended or was withdrawn."""
    with transaction.atomic():
        invitation = _take(user, invitation_id)
        Membership.objects.get_or_create(
            case=invitation.case, user=user, defaults={"role": invitation.role}
        )
        said = {"invitation": str(invitation_id), "member": str(user.pk), "role": invitation.role}
        write(invitation.case_id, PeopleKind.JOIN, actor, **said)
    return invitation.case


def decline(user: User, invitation_id: uuid.UUID, actor: Actor) -> None:
    """`user` does not come in. Raises `NotFound`."""
    with transaction.atomic():
        invitation = _take(user, invitation_id)
        write(invitation.case_id, PeopleKind.DECLINE, actor, invitation=str(invitation_id))


def withdraw(case: Case, invitation_id: uuid.UUID, actor: Actor) -> None:
    """Take an invitation of the case back. Raises `NotFound`."""
    with transaction.atomic():
        lock(case.pk)  # the case before the invitation, as everywhere: else two wait for each other
        if not case.invitations.filter(pk=invitation_id).delete()[0]:
            raise NotFound("There is no such invitation.")
        write(case.pk, PeopleKind.WITHDRAW, actor, invitation=str(invitation_id))


def withdraw_all_of(user: User, case: Case, actor: Actor) -> None:
    """Take back what `user` asked others into the case, within the caller's transaction."""
    for invitation in case.invitations.filter(made_by=user):
        withdraw(case, invitation.pk, actor)


def remove_ended() -> int:
    """Remove invitations that nobody answered in time; how many."""
    return _remove(Invitation.objects.filter(expires__lte=timezone.now()))


def _remove(ended: QuerySet[Invitation]) -> int:
    removed = 0
    for each in ended:
        with transaction.atomic():
            lock(each.case_id)
            if Invitation.objects.filter(pk=each.pk).delete()[0]:
                write(each.case_id, PeopleKind.WITHDRAW, SYSTEM, invitation=str(each.pk))
                removed += 1
    return removed


def _take(user: User, invitation_id: uuid.UUID) -> Invitation:
    """Remove the invitation, which can be done once. Raises `NotFound`."""
    invitation = invitations_for(user).filter(pk=invitation_id).first()
    if invitation is not None:
        lock(invitation.case_id)
    if invitation is None or not Invitation.objects.filter(pk=invitation_id).delete()[0]:
        raise NotFound("There is no such invitation.")
    return invitation
