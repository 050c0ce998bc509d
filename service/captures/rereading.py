"""The scheduled fixity check: everything in the store is read again, slowly, in turn."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from service.captures.models import Capture, State
from service.custody.kinds import Kind
from service.custody.recording import SYSTEM, record
from service.evidence.fixity import Fixity, Result, check_object
from service.evidence.keeping import evidence_store
from service.webhooks.events import notify
from service.webhooks.models import Event

log = structlog.get_logger()


def reread(for_s: float) -> int:
    """Check the objects whose turn it is, for about `for_s` seconds; return how many were checked.

    Each object's turn comes every `settings.FIXITY_EVERY_S` seconds; one whose check failed comes
    again after a day, so that an alarm does not fall silent. Reads at most
    `settings.FIXITY_BYTES_PER_S`.
    """
    deadline, checked = time.monotonic() + for_s, 0
    while time.monotonic() < deadline:
        capture = _next()
        if capture is None:
            break
        found = check_object(
            evidence_store(),
            capture.object_key,
            capture.object_sha256,
            settings.FIXITY_BYTES_PER_S,
        )
        _note(capture, found)
        checked += 1
    return checked


def _next() -> Capture | None:
    now = timezone.now()
    sealed = Capture.objects.filter(state=State.SEALED)
    wrong = sealed.exclude(fixity__in=["", Result.INTACT]).filter(
        checked__lt=now - timedelta(days=1)
    )
    due = sealed.filter(checked__lt=now - timedelta(seconds=settings.FIXITY_EVERY_S))
    return wrong.order_by("checked").first() or due.order_by("checked").first()


def _note(capture: Capture, found: Fixity) -> None:
    with transaction.atomic():
        noted = Capture.objects.filter(
            pk=capture.pk, state=State.SEALED, object_key=capture.object_key
        ).update(checked=timezone.now(), fixity=found.result)
        if not noted:  # erased meanwhile
            return
        record(
            capture.pk,
            Kind.FIXITY,
            SYSTEM,
            {"result": found.result, "expected": capture.object_sha256, "found": found.found},
        )
        if found.result != Result.INTACT:
            notify(capture.pk, Event.ALARM)
    if found.result != Result.INTACT:
        log.critical("fixity alarm", capture=str(capture.pk), result=found.result, why=found.why)
