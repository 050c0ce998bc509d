"""A file of a sealed bag as a part of our pages: a picture, or the archive of a replay.

To look is noted by whoever shows the page, once an hour; what is taken along is noted each time,
by `service.captures.handing`.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from service.captures.models import Capture, State
from service.cases.access import NotFound
from service.evidence import serve
from service.evidence.keeping import evidence_store
from service.evidence.zipped import Part


def part_of(capture: Capture, name: str) -> Part:
    """Where the file `name` of the bag stands. Raises `NotFound`."""
    if capture.state != State.SEALED or name not in capture.parts:
        raise NotFound("There is no such file in this evidence.")
    return Part(**capture.parts[name])


def show_picture(request: HttpRequest, capture: Capture, name: str) -> HttpResponseBase:
    """A PNG, to be looked at within a page of ours. Raises `NotFound`, `EvidenceError`."""
    response = answer(request, capture, name)
    response["Content-Type"] = "image/png"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def answer(request: HttpRequest, capture: Capture, name: str) -> HttpResponseBase:
    """GET or HEAD of a file, whole or a range of it (RFC 9110 §14), without a type.

    Raises `NotFound`, `EvidenceError`.
    """
    part = part_of(capture, name)
    asked = request.headers.get("Range") if request.method == "GET" else None
    decided = serve.answer(part, asked, request.headers.get("If-Range"))
    response: HttpResponseBase
    if request.method == "HEAD" or decided.start == decided.end:
        response = HttpResponse(status=decided.status)
    else:
        pieces = evidence_store().read(capture.object_key, decided.start, decided.end)
        response = StreamingHttpResponse(pieces, status=decided.status)
    for field, value in decided.headers.items():
        response[field] = value
    return response
