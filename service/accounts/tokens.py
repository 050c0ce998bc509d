"""API tokens: shown once, kept as a digest, narrowed by scopes, ended by time."""

from __future__ import annotations

import enum
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from service.accounts.models import ApiToken, User

_MARK = "holdfast_"
DEFAULT_LIFE = timedelta(days=90)
MAX_LIFE = timedelta(days=366)


class Scope(enum.StrEnum):
    """What a token may be used for; never more than its person may do."""

    CAPTURES_READ = "captures:read"
    CAPTURES_WRITE = "captures:write"
    CAPTURES_ERASE = "captures:erase"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"


def create_token(
    user: User, scopes: Iterable[Scope], *, name: str = "", life: timedelta = DEFAULT_LIFE
) -> tuple[str, ApiToken]:
    """Make a token for `user`; return its text, which is not kept, and its row.

    256 random bits need no slow hash: SHA-256 of them cannot be searched.
    """
    text = _MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(text),
        scopes=sorted(set(scopes)),
        expires=timezone.now() + min(life, MAX_LIFE),
    )
    return text, token


def find_token(text: str) -> ApiToken | None:
    """The valid token that `text` is; None for one unknown, ended, revoked, or of nobody active."""
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(text), revoked=None, expires__gt=now, user__is_active=True)
        .first()
    )
    if found is not None:
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
