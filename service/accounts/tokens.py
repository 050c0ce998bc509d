"""API tokens: shown once, kept as a digest, narrowed by scopes, ended by time."""

from __future__ import annotations

import enum
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from service.accounts.models import ApiToken, User

_MARK = "holdfast_"
DEFAULT_LIFE = timedelta(days=90)
MAX_LIFE = timedelta(days=366)
_NOTED_EVERY = timedelta(minutes=1)
"""A write at every request would make each one slower, to tell what nobody needs to the second."""


class Scope(enum.StrEnum):
    """What a token may be used for; never more than its person may do."""

    CAPTURES_READ = "captures:read"
    CAPTURES_WRITE = "captures:write"
    CAPTURES_ERASE = "captures:erase"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"


IN_WORDS = {
    Scope.CAPTURES_READ: "see captures and download evidence",
    Scope.CAPTURES_WRITE: "submit addresses, and cancel them",
    Scope.CAPTURES_ERASE: "erase captures for good",
    Scope.CASES_READ: "see cases",
    Scope.CASES_WRITE: "open and change cases",
}


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
    if found is None:
        return None
    if found.last_used is None or abs(now - found.last_used) >= _NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found


def tokens_of(user: User) -> list[ApiToken]:
    """The tokens of `user` that count, the newest first."""
    valid = ApiToken.objects.filter(user=user, revoked=None, expires__gt=timezone.now())
    return list(valid.order_by("-created"))


def revoke(user: User, token_id: uuid.UUID) -> bool:
    """End a token of `user`; False where they have none of this ID that counts."""
    mine = ApiToken.objects.filter(pk=token_id, user=user, revoked=None)
    return bool(mine.update(revoked=timezone.now()))


def revoke_all(user: User) -> int:
    """End every token of `user`; how many there were."""
    return ApiToken.objects.filter(user=user, revoked=None).update(revoked=timezone.now())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
