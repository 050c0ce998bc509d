"""The first visit: whoever comes first to an empty installation administers it; nobody twice.

On a machine that listens to itself alone, the first visitor is its owner. Where others can reach
it, they must show the setup code that `holdfast serve` prints: a stranger on the network may be
quicker, but has not seen the console.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from service.accounts.creating import create_account
from service.accounts.models import Installation, User
from service.connections import host_of

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA")


class NotTheFirst(Exception):
    """Somebody else was first; accounts are now made by an administrator."""


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return not Installation.objects.exists() and not User.objects.exists()


def needs_code(request: HttpRequest) -> bool:
    """Whether this visitor must show the setup code: anybody but the machine's own user."""
    was_forwarded = any(name in request.META for name in _FORWARDED)
    return was_forwarded or not is_private(request.META.get("REMOTE_ADDR", ""))


def is_private(host: str) -> bool:
    """Whether a service that listens at `host` is reached from this machine alone."""
    is_own_origin = is_this_machine(host_of(settings.ORIGIN))
    return is_own_origin and is_this_machine(host) and settings.TRUSTED_PROXIES == 0


def is_this_machine(host: str) -> bool:
    """Whether `host`, a name or an address, can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_code() -> str:
    """The setup code, made at the first call; it stands in a file that only this user can read."""
    path = _code_file()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"{secrets.token_urlsafe(12)}\n", "ascii")
    return path.read_text("ascii").strip()


def is_code(shown: str) -> bool:
    """Whether `shown` is the setup code; never, where none was made."""
    try:
        kept = _code_file().read_text("ascii").strip()
    except FileNotFoundError:
        return False
    return bool(kept) and compare_digest(shown.strip().encode(), kept.encode())


def create_first(email: str, password: str) -> User:
    """Make the first account, an administrator. Raises `NotTheFirst`, `ValidationError`."""
    try:
        with transaction.atomic():
            if not is_empty():
                raise NotTheFirst
            Installation.objects.create()  # of two at once, the second fails here
            user = create_account(email, password, is_administrator=True)
    except IntegrityError as error:
        raise NotTheFirst from error
    _code_file().unlink(missing_ok=True)
    return user


def _code_file() -> Path:
    return settings.DATA / "setup-code"
