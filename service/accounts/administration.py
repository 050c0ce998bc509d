"""What an administrator does with accounts: each act noted for the person, none of it about cases.

Whoever makes an account usable again for somebody (a link for a password, a second factor taken
away) could come in with it themselves. So both are written into the log of every case of that
person (`service.cases.members.tell_cases`), where no administrator can take them out.
"""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from service.accounts.creating import create_account
from service.accounts.log import note
from service.accounts.models import Installation, User
from service.accounts.passwords import password_link
from service.accounts.sessions import end_sessions
from service.accounts.tokens import revoke_all
from service.cases.access import NotFound
from service.cases.members import tell_cases
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor


class LastAdministrator(Exception):
    """Somebody must be left who can administer the system."""


def find_account(user_id: uuid.UUID) -> User:
    """The account. Raises `NotFound`."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound("There is no such account.")
    return found


def open_account(
    email: str, name: str, *, is_administrator: bool, actor: Actor
) -> tuple[User, str]:
    """A new account, and the link by which its person sets a password. Raises `ValidationError`."""
    with transaction.atomic():
        user = create_account(email, None, name=name, is_administrator=is_administrator)
        note(user, PeopleKind.CREATE_ACCOUNT, actor, administrator=is_administrator)
    return user, password_link(user)


def make_password_link(user: User, actor: Actor) -> str:
    """A link by which `user` sets a new password; the old one stays until then."""
    with transaction.atomic():
        note(user, PeopleKind.PASSWORD_LINK, actor)
        tell_cases(user, PeopleKind.PASSWORD_LINK, actor)
    return password_link(user)


def reset_second_factor(user: User, actor: Actor) -> None:
    """Take away codes, passkeys and recovery codes, and end every session."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        note(user, PeopleKind.FACTOR_RESET, actor)
        tell_cases(user, PeopleKind.FACTOR_RESET, actor)
    end_sessions(user)


def sign_out(user: User, actor: Actor) -> int:
    """End every session of `user`; how many there were."""
    note(user, PeopleKind.SESSIONS_ENDED, actor)
    return end_sessions(user)


def switch_off(user: User, actor: Actor) -> None:
    """Nobody gets in with this account: sessions and tokens end now. Raises `LastAdministrator`."""
    with transaction.atomic():
        _leave_one(user)
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            revoke_all(user)
            note(user, PeopleKind.DISABLE, actor)
    end_sessions(user)


def switch_on(user: User, actor: Actor) -> None:
    """The account can be used again; tokens that were revoked stay so."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            note(user, PeopleKind.ENABLE, actor)


def make_administrator(user: User, actor: Actor) -> None:
    """`user` runs the system from now on."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_administrator=False).update(is_administrator=True):
            note(user, PeopleKind.ADMINISTRATOR, actor)


def unmake_administrator(user: User, actor: Actor) -> None:
    """`user` no longer runs the system. Raises `LastAdministrator`."""
    with transaction.atomic():
        _leave_one(user)
        if User.objects.filter(pk=user.pk, is_administrator=True).update(is_administrator=False):
            note(user, PeopleKind.NO_ADMINISTRATOR, actor)


def administrators() -> QuerySet[User]:
    """Who can administer the system now."""
    return User.objects.filter(is_administrator=True, is_active=True)


def _leave_one(user: User) -> None:
    """Wait for whoever else changes administrators, then see that another is left.

    Two administrators who take the right from each other in the same moment would otherwise both
    see the other. Raises `LastAdministrator`.
    """
    Installation.objects.get_or_create(pk=Installation.THE_ONE)
    Installation.objects.select_for_update().get(pk=Installation.THE_ONE)
    if not administrators().exclude(pk=user.pk).exists() and administrators().filter(pk=user.pk):
        raise LastAdministrator("This is the only administrator. Make somebody else one first.")
