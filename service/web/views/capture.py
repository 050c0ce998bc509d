"""One capture: how it stands, its picture, its facts, and what can be done with it."""

from __future__ import annotations

import json
import uuid
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from service.captures.finding import find_capture
from service.captures.models import UNFINISHED, Attempt, Capture, State
from service.cases.access import NotFound, role_of
from service.cases.roles import ALLOWED, Act
from service.custody.viewing import record_view
from service.web.doors import Visit, actor, signed_in
from service.web.pictures import show_picture
from service.web.replay import has_replay
from service.web.telling import tell_report
from service.web.words import Told, tell

PICTURES = {"screenshot": "data/screenshot.png", "viewport": "data/viewport.png"}


@require_safe
@signed_in
def capture(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """The page about a capture. While it is under way, an open page asks how it stands."""
    found = find_capture(request.user, capture_id, Act.READ)
    told = tell(found)
    context = {"capture": found, "told": told, "is_live": found.state in UNFINISHED}
    context["digest"] = _digest(told)
    if request.htmx:
        if request.GET.get("seen") == context["digest"]:
            return HttpResponse(status=204)
        return render(request, "captures/progress.html", {**context, "is_update": True})
    if found.state == State.SEALED:
        record_view(found.pk, actor(request), "capture")
    return render(request, "captures/capture.html", {**context, **_details(request, found)})


@require_safe
@signed_in
def picture(request: Visit, capture_id: uuid.UUID, name: str) -> HttpResponseBase:
    """The screenshot, or the small picture that is shown blurred before anybody asks for it."""
    found = find_capture(request.user, capture_id, Act.READ)
    if name not in PICTURES:
        raise NotFound("There is no such picture.")
    response = show_picture(request, found, PICTURES[name])
    if name == "screenshot":
        record_view(found.pk, actor(request), "screenshot")
    return response


def _details(request: Visit, found: Capture) -> dict[str, Any]:
    role = role_of(request.user, found.case)
    allowed = ALLOWED[role] if role else frozenset()
    return {
        "place": "cases",
        "may": {act.value: act in allowed for act in Act},
        "is_sealed": found.state == State.SEALED,
        "is_erased": found.state == State.ERASED,
        "attempts": Attempt.objects.filter(capture=found).order_by("number"),
        "report": tell_report(found.report),
        "has_picture": PICTURES["screenshot"] in found.parts,
        "has_preview": PICTURES["viewport"] in found.parts,
        "is_shown": request.GET.get("show") == "1",
        "has_replay": has_replay(found),
    }


def _digest(told: Told) -> str:
    shown = [told.word, told.happened, told.advice]
    return sha256(json.dumps(shown).encode()).hexdigest()[:16]
