"""What a person does with their sessions."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from capture.errors import SessionUnusable
from capture.session.reading import read_session
from service.accounts.models import User
from service.cases.access import NotFound
from service.encryption import decrypted, encrypted
from service.sessions.models import SuppliedSession

MOST = 50
"""Sessions of one person."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PURPOSE = "holdfast supplied sessions"


class WithSession(Protocol):
    """A capture, or a profile."""

    with_session: bool
    session: SuppliedSession | None


class NotPossible(Exception):
    """It cannot be done; the message says why and what to do, and holds no value of a session."""


def supply(user: User, name: str, data: bytes) -> SuppliedSession:
    """Keep the session in `data` (storage state or cookies.txt) as `name`. Raises `NotPossible`."""
    if not NAME.fullmatch(name):
        raise NotPossible(
            "The name is 1 to 64 lower-case letters, digits, '-' and '_', and begins with a "
            "letter or digit."
        )
    told = _told(data)
    if sessions_of(user).count() >= MOST:
        raise NotPossible(f"You have {MOST} sessions. Remove one that is not needed any more.")
    try:
        with transaction.atomic():
            return SuppliedSession.objects.create(owner=user, name=name, **told)
    except IntegrityError as error:
        raise NotPossible(
            f"You have a session called {name} already. Replace that one, or take another name."
        ) from error


def replace(session: SuppliedSession, data: bytes) -> None:
    """Another content for the same session: what waits for it goes on. Raises `NotPossible`."""
    changes = {**_told(data), "supplied": timezone.now(), "ended": None, "why": ""}
    SuppliedSession.objects.filter(pk=session.pk).update(**changes)
    session.refresh_from_db()


def sessions_of(user: User) -> QuerySet[SuppliedSession]:
    """The person's own, by name."""
    return SuppliedSession.objects.filter(owner=user).order_by("name")


def find_session(user: User, session_id: uuid.UUID) -> SuppliedSession:
    """One of the person's own. Raises `NotFound`."""
    found = sessions_of(user).filter(pk=session_id).first()
    if found is None:
        raise NotFound("There is no such session.")
    return found


def content_of(session: SuppliedSession) -> dict[str, Any]:
    """The session's cookies and storage, for whoever captures with it.

    Raises `service.encryption.SecretLost`.
    """
    content: dict[str, Any] = json.loads(decrypted(session.content, _PURPOSE))
    return content


def end(session: SuppliedSession, why: str) -> None:
    """A web site does not know it any more; nothing, where it was replaced since it was read."""
    SuppliedSession.objects.filter(pk=session.pk, supplied=session.supplied, ended=None).update(
        ended=timezone.now(), why=why[:300]
    )


def why_over(what: WithSession) -> str | None:
    """Why what was to be seen with a session cannot be any more; None where it can, or needs none.

    Everybody in the case reads it: it says nothing of whose session it is, or what it is called.
    """
    if not what.with_session:
        return None
    if what.session is None:
        return "Its session was removed, or taken back. Submit the address anew."
    if not what.session.owner.is_active:
        return "The account of whoever supplied its session is switched off."
    if what.session.ended is not None:
        return "Its session with the web site has ended. Its owner can replace it."
    return None


def _told(data: bytes) -> dict[str, Any]:
    """What is kept of it, in the open and encrypted."""
    try:
        session = read_session(data)
    except SessionUnusable as error:
        raise NotPossible(str(error)) from error
    ends = [each.expires for each in session.cookies if each.expires is not None]
    return {
        "kind": session.kind,
        "hosts": session.hosts(),
        "stored": len(session.storage),
        "first_end": datetime.fromtimestamp(min(ends), UTC) if ends else None,
        "content": encrypted(json.dumps(session.as_json()), _PURPOSE),
    }
