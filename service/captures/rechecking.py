"""Verifying stored evidence once more: asking for it, and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction

from service.bell import ring_to_verify
from service.captures.models import Capture, State
from service.captures.reports import verdicts_of
from service.custody.kinds import Kind
from service.custody.recording import SYSTEM, record

_PAUSE_S = 60


def ask(capture: Capture) -> bool:
    """Ask a worker to fetch the stored evidence and verify it; False where somebody asked within
    the last minute. Whether it is sealed is asked by the caller."""
    is_first = cache.add(f"verify-again:{capture.pk}", "asked", _PAUSE_S)
    if is_first:
        ring_to_verify(capture.pk)
    return is_first


def note_report(capture: Capture, report: dict[str, Any]) -> bool:
    """Keep a new report in place of the old one; False where the capture was erased meanwhile."""
    with transaction.atomic():
        noted = _still_there(capture).update(report=report)
        if noted:
            record(capture.pk, Kind.VERIFY, SYSTEM, {**_hashes(capture), **_result(report)})
    return bool(noted)


def note_no_report(capture: Capture, why: str) -> bool:
    """The evidence could not be had from the store: `why` is ``altered``, ``missing`` or
    ``unreadable``. The last report stays."""
    with transaction.atomic():
        is_there: bool = _still_there(capture).exists()
        if is_there:
            record(capture.pk, Kind.VERIFY, SYSTEM, {**_hashes(capture), "result": why})
    return is_there


def _result(report: dict[str, Any]) -> dict[str, Any]:
    return {"result": report["verdict"], "verdicts": verdicts_of(report)}


def _hashes(capture: Capture) -> dict[str, str]:
    return {
        "statement_sha256": capture.statement_sha256,
        "object_sha256": capture.object_sha256,
    }


def _still_there(capture: Capture) -> Any:
    return Capture.objects.filter(pk=capture.pk, state=State.SEALED, object_key=capture.object_key)
