"""Looks at the evidence: one event for a person, page and hour, so that the chain stays legible."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from service.custody.kinds import Kind
from service.custody.models import Event
from service.custody.recording import Actor, record

ONE_LOOK = timedelta(hours=1)
_TRIES = 5


def record_view(capture: uuid.UUID, actor: Actor, page: str) -> None:
    """Note that `actor` looks at `page` of `capture`, if they did not within the last hour.

    A page and its picture are often asked for at once: an event whose number is taken is tried
    again. Raises `IntegrityError` where that goes on.
    """
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                if not _was_seen(capture, actor, page):
                    record(capture, Kind.VIEW, actor, {"page": page})
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _was_seen(capture: uuid.UUID, actor: Actor, page: str) -> bool:
    since = (timezone.now() - ONE_LOOK).isoformat(timespec="microseconds")
    looks = Event.objects.filter(capture=capture, kind=Kind.VIEW, actor=actor.public)
    return looks.filter(time__gt=since, detail__page=page).exists()
