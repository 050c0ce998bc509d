"""Whether what is kept is as it was, and would survive this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from service.captures.models import Capture, State
from service.evidence.fixity import Result
from service.operations import vitals
from service.operations.doctor.finding import Finding, note, well, wrong

_ALARMS = (Result.ALTERED, Result.MISSING)
_SHOWN = 5
_BACKUP_OLD_S = timedelta(days=7).total_seconds()


def look() -> Iterator[Finding]:
    """Findings on stored evidence."""
    yield _fixity()
    yield _rereading()
    yield _backup()


def _fixity() -> Finding:
    sealed = Capture.objects.filter(state=State.SEALED)
    alarms = sealed.filter(fixity__in=_ALARMS)
    if number := alarms.count():
        names = ", ".join(str(pk) for pk in alarms.values_list("pk", flat=True)[:_SHOWN])
        return wrong(
            "fixity",
            f"{number} stored bags are not what they were: {names}",
            "Do not touch the store; compare with a backup (docs/operating.md).",
        )
    if number := sealed.filter(fixity=Result.UNREADABLE).count():
        return wrong("fixity", f"{number} stored bags cannot be read", "Look at the store.")
    return well("fixity", "no alarm")


def _rereading() -> Finding:
    late = timezone.now() - timedelta(seconds=2 * settings.FIXITY_EVERY_S, days=1)
    behind = Capture.objects.filter(state=State.SEALED, checked__lt=late).count()
    if behind:
        return wrong(
            "fixity check",
            f"is behind: {behind} stored bags have not been read for twice the time that is set",
            "Raise HOLDFAST_FIXITY_RATE or HOLDFAST_FIXITY_DAYS; see that the clock process runs.",
        )
    return well("fixity check", "keeps up")


def _backup() -> Finding:
    if connection.vendor != "sqlite":
        return note(
            "backup",
            "of PostgreSQL and of the store is not known here",
            "See to it as docs/operating.md says, the signing key included.",
        )
    age = vitals.age_of("backup")
    if age is None or age > _BACKUP_OLD_S:
        last = "none was ever made" if age is None else f"the last is {age / 86_400:.0f} days old"
        return note("backup", f"{last}: evidence and key are lost with this disk", _RUN)
    return well("backup", f"{age / 3_600:.0f} hours old")


_RUN = "Run: holdfast backup FOLDER, to another disk, every night."
