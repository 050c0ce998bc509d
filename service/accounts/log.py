"""What was done to an account, in a chain of its own: the person sees what administrators did."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from service.accounts.models import User
from service.custody.kinds import PeopleKind
from service.custody.recording import Actor, history, record


def note(user: User, kind: PeopleKind, actor: Actor, **detail: Any) -> None:
    """Add an event to the chain of `user`."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        record(user.pk, kind, actor, detail)


def log_of(user: User) -> list[dict[str, Any]]:
    """Everything that was done to the account of `user`, the newest first, with names."""
    return history(user.pk, private=True)[::-1]
