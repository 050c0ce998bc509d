"""The way to a replay: to another origin; where none is set up, how to do it elsewhere."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from service.captures.finding import find_capture
from service.cases.access import NotFound
from service.cases.roles import Act
from service.custody.viewing import record_view
from service.web.doors import Visit, actor, signed_in
from service.web.replay import can_be_replayed, has_replay, replay_link


@require_safe
@signed_in
def replay(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """Lead somebody who may read the case to the replay, and note that they looked."""
    found = find_capture(request.user, capture_id, Act.READ)
    if not has_replay(found):
        raise NotFound("There is nothing to replay.")
    if not can_be_replayed(found):
        return render(request, "captures/replay.html", {"capture": found, "place": "cases"})
    record_view(found.pk, actor(request), "replay")
    return redirect(replay_link(found, back=reverse("capture", args=[found.pk])))
