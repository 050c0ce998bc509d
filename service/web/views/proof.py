"""What speaks for the evidence: the verification report, and the custody log."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from service.captures.finding import find_capture
from service.captures.models import State
from service.cases.access import NotFound, may
from service.cases.roles import Act
from service.custody.chain import faults
from service.custody.kinds import Kind
from service.custody.recording import history
from service.custody.viewing import record_view
from service.web.chronicle import tell_events, what_happened
from service.web.doors import Visit, actor, signed_in
from service.web.telling import tell_report

_PATIENCE_S = 300
"""How long a page waits for a verification that it asked for."""


@require_safe
@signed_in
def report(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """The verifier's report. ``?asked=`` is when somebody asked for a new one (Unix time, ms)."""
    found = find_capture(request.user, capture_id, Act.READ)
    if found.state != State.SEALED:
        raise NotFound("There is no report yet, or not any more.")
    last = _last_check(found.pk)
    context: dict[str, Any] = {
        "capture": found,
        "place": "cases",
        "report": tell_report(found.report),
        "last": last,
        "waiting": _waiting(request.GET.get("asked", ""), last),
        "asked": request.GET.get("asked", ""),
    }
    if request.htmx:
        if context["waiting"] == "yes":
            return HttpResponse(status=204)
        return render(request, "captures/checked.html", {**context, "is_update": True})
    record_view(found.pk, actor(request), "report")
    return render(request, "captures/report.html", context)


@require_safe
@signed_in
def custody(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """The custody log in plain words; who did what by name is for the owner."""
    found = find_capture(request.user, capture_id, Act.READ)
    names = may(request.user, found.case, Act.MANAGE)
    events = history(found.pk, private=names)
    context = {
        "capture": found,
        "place": "cases",
        "lines": tell_events(events, request.user, names=names),
        "faults": faults(events),
        "names": names,
    }
    return render(request, "captures/custody.html", context)


def _last_check(capture_id: uuid.UUID) -> dict[str, str] | None:
    """When it was last verified, and what came of it."""
    checks = [event for event in history(capture_id) if event["kind"] == Kind.VERIFY]
    if not checks:
        return None
    last = checks[-1]
    return {"time": last["time"], "what": what_happened(last["kind"], last["detail"])}


def _waiting(asked: str, last: dict[str, str] | None) -> str:
    """``yes`` while an answer is awaited, ``late`` when it does not come, else ``''``."""
    if not asked.isdecimal() or len(asked) > 15:
        return ""
    moment = datetime.fromtimestamp(int(asked) / 1000, UTC)
    if last and datetime.fromisoformat(last["time"]) >= moment:
        return ""
    return "yes" if time.time() - int(asked) / 1000 < _PATIENCE_S else "late"
