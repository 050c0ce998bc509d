"""Handing out a sealed bag: each time a custody event."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from service.captures.models import Capture
from service.custody.recording import Actor, Kind, record
from service.evidence.keeping import evidence_store


def hand_out(
    request: HttpRequest, capture: Capture, actor: Actor, kind: Kind
) -> HttpResponse | StreamingHttpResponse:
    """The bag of a sealed capture as a .zip, streamed.

    Raises `service.evidence.errors.EvidenceError` where the store does not give it.
    """
    del request
    size = evidence_store().size(capture.object_key)
    with transaction.atomic():
        record(capture.pk, kind, actor, {"object_sha256": capture.object_sha256})
    response = StreamingHttpResponse(
        evidence_store().read(capture.object_key), content_type="application/zip"
    )
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = f'attachment; filename="{capture.bag}.zip"'
    return response
