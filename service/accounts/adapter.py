"""What allauth asks us: nobody signs up by themselves, but for the first administrator."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from service.accounts.models import User


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; while there is none, the first visitor becomes one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only on a machine where nobody is yet."""
        del request
        return not User.objects.exists()

    def save_user(
        self, request: HttpRequest, user: User, form: object, commit: bool = True
    ) -> User:
        """The first account administers the system."""
        user.is_administrator = not User.objects.exists()
        saved: User = super().save_user(request, user, form, commit)
        return saved
