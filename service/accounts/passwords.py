"""What follows when a password is changed: whoever else was in is out, sessions and tokens too.

Somebody who had the password may have made a token or kept a session; nothing of that may last.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.account.utils import user_pk_to_url_str
from django.dispatch import receiver
from django.http import HttpRequest

from service.accounts.log import note
from service.accounts.models import User
from service.accounts.sessions import end_sessions
from service.accounts.tokens import revoke_all
from service.address import address_of
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor


def password_link(user: User) -> str:
    """A link by which `user` sets a password: once, and within three days.

    Nothing of it is kept: it is void as soon as a password is set, or `user` signs in.
    """
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    link: str = get_adapter().get_reset_password_from_key_url(key)
    return link


@receiver((password_changed, password_set, password_reset))
def _shut_out(request: HttpRequest, user: User, **_: object) -> None:
    end_sessions(user)
    revoke_all(user)
    note(user, PeopleKind.PASSWORD, Actor("user", str(user.pk), user.email, address_of(request)))
