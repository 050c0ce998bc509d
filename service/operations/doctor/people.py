"""Who may administer the system, and how they sign in."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.conf import settings

from service.accounts.models import User
from service.operations.doctor.finding import Finding, note, well, wrong


def look() -> Iterator[Finding]:
    """Findings on administrators."""
    people = User.objects.filter(is_active=True)
    if not people.exists():
        yield note(
            "administrators",
            "nobody has an account: the first visitor becomes the administrator",
            "Be that visitor, or run: holdfast user create EMAIL --admin --password-stdin",
        )
        return
    administrators = people.filter(is_administrator=True)
    number = administrators.count()
    if not number:
        yield wrong(
            "administrators",
            "there is none: nobody can let people in",
            "Run: holdfast user create EMAIL --admin --password-stdin",
        )
        return
    strong = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}
    safe = Authenticator.objects.filter(user__in=administrators, type__in=strong)
    weak = number - safe.values("user").distinct().count()
    yield _second_factor(number, weak)


def _second_factor(number: int, weak: int) -> Finding:
    if not weak:
        return well("administrators", f"{number}, each with a second factor")
    says = f"{weak} of {number} sign in with nothing but a password"
    do = "Let them add a passkey or an authenticator app under 'Your account'."
    return (wrong if settings.IS_HTTPS else note)("administrators", says, do)
