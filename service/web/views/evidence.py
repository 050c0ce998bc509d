"""Taking evidence away: the bag, one file of it, its custody log, or all of it."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from service.captures.finding import find_capture
from service.captures.handing import hand_out, hand_out_file
from service.captures.models import Capture, State
from service.cases.access import NotFound
from service.cases.roles import Act
from service.custody.exporting import export
from service.custody.kinds import Kind
from service.profiles.finding import find_profile
from service.web.doors import Visit, actor, signed_in
from service.web.everything import hand_out_everything, hand_out_profile


@require_safe
@signed_in
def evidence_zip(request: Visit, capture_id: uuid.UUID) -> HttpResponseBase:
    """The bag, the very bytes that are stored."""
    return hand_out(request, _sealed(request, capture_id), actor(request), Kind.DOWNLOAD)


@require_safe
@signed_in
def everything_zip(request: Visit, capture_id: uuid.UUID) -> HttpResponseBase:
    """The bag with its custody log, which ends with this download, and how to check both."""
    return hand_out_everything(_sealed(request, capture_id), actor(request))


@require_safe
@signed_in
def profile_zip(request: Visit, profile_id: uuid.UUID) -> HttpResponseBase:
    """All sealed bags of an account, with their custody logs, and how to check them together."""
    found = find_profile(request.user, profile_id, Act.READ)
    answer = hand_out_profile(found, actor(request))
    if answer is None:
        raise NotFound("There is no sealed list yet, or not any more.")
    return answer


@require_safe
@signed_in
def file(request: Visit, capture_id: uuid.UUID, name: str) -> HttpResponseBase:
    """One file of the bag; a browser that obeys opens none of them as a page."""
    return hand_out_file(request, _sealed(request, capture_id), name, actor(request))


@require_safe
@signed_in
def custody_json(request: Visit, capture_id: uuid.UUID) -> HttpResponse:
    """The custody log as `holdfast custody check` reads it; with names only for the owner."""
    private = request.GET.get("private") == "true"
    found = find_capture(request.user, capture_id, Act.MANAGE if private else Act.READ)
    response = JsonResponse(export(found.pk, private=private), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="custody.json"'
    return response


def _sealed(request: Visit, capture_id: uuid.UUID) -> Capture:
    found = find_capture(request.user, capture_id, Act.READ)
    if found.state != State.SEALED:
        raise NotFound("There is no evidence yet, or not any more.")
    return found
