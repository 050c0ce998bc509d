"""A new account."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from service.accounts.models import Installation, User


def create_account(
    email: str, password: str | None, *, name: str = "", is_administrator: bool = False
) -> User:
    """Make an account that can sign in at once; without `password`, once one is set by a link.

    Raises `ValidationError` for an address that is none or is taken, or a password that is weak.
    """
    email = email.strip().lower()
    validate_email(email)
    if User.objects.filter(email=email).exists():
        raise _taken(email)
    if password is not None:
        validate_password(password, User(email=email))
    try:
        with transaction.atomic():
            Installation.objects.get_or_create(pk=Installation.THE_ONE)
            user = User.objects.create_user(
                email, password, name=name, is_administrator=is_administrator
            )
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    except IntegrityError as error:
        raise _taken(email) from error
    return user


def _taken(email: str) -> ValidationError:
    return ValidationError(f"There is an account for {email} already.")
