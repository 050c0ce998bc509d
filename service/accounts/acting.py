"""Who is acting, as the custody chain names them."""

from __future__ import annotations

from django.http import HttpRequest

from service.accounts.models import User
from service.address import address_of
from service.custody.recording import Actor


def person(request: HttpRequest) -> User:
    """The person who is signed in; only for pages that demand it. Raises `TypeError`."""
    if not isinstance(request.user, User):
        raise TypeError("This page needs somebody who is signed in.")
    return request.user


def acting(request: HttpRequest) -> Actor:
    """The person who is signed in, and from where."""
    user = person(request)
    return Actor("user", str(user.pk), user.email, address_of(request))


def administering(request: HttpRequest) -> Actor:
    """The same, for what they do as an administrator."""
    user = person(request)
    return Actor("administrator", str(user.pk), user.email, address_of(request))
