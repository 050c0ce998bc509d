"""A new account."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from service.accounts.models import User


def create_account(email: str, password: str, *, is_administrator: bool = False) -> User:
    """Make an account that can sign in at once.

    Raises `ValidationError` for an address that is none or is taken, or a password that is weak.
    """
    email = email.strip().lower()
    validate_email(email)
    if User.objects.filter(email=email).exists():
        raise ValidationError(f"There is an account for {email} already.")
    validate_password(password, User(email=email))
    with transaction.atomic():
        user = User.objects.create_user(email, password, is_administrator=is_administrator)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user
