"""What allauth asks us about accounts, and where we are stricter than it is."""

from __future__ import annotations

import smtplib
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from service.accounts.throttling import WAIT
from service.address import address_of

log = structlog.get_logger()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; nobody is led elsewhere; what went wrong is said without saying too much."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is switched off. Ask your administrator.",
        "email_password_mismatch": "This e-mail address and password do not belong together.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your present password.",
        "incorrect_code": "This is not a code that counts now. Wait for the next one.",
        "too_many_login_attempts": f"Too many tries. {WAIT}",
        "rate_limited": f"Too many tries. {WAIT}",
        "invalid_password_reset": "This link was used, has ended, or was not copied whole.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by an administrator (the first: `service.accounts.first`)."""
        del request
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only a path of this very origin may be where ``?next=`` leads.

        allauth would also accept every allowed host, the origins of hostile replays among them.
        """
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which tries are counted."""
        return address_of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where to go when a changed password has ended every session."""
        del request
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link by which a password is set: to our own origin, whatever host was asked."""
        user, _, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", args=(user, secret))
        return f"{settings.ORIGIN}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it, if there is a way out. A server that fails must not tell whose account exists:
        the page is the same, and the operator finds the reason in the log."""
        if not settings.EMAIL_HOST:
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError) as error:
            log.exception("mail not sent", kind=type(error).__name__, mail=template_prefix)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for an account, not one for each host name by which we can be reached."""
        del request
        return str(credentials.get("email", "")).lower()
