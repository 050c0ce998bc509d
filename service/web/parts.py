"""A file of a sealed bag, handed out as a range of the stored object; never as active content."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from service.captures.models import Capture, State
from service.cases.access import NotFound
from service.evidence import serve
from service.evidence.keeping import evidence_store
from service.evidence.zipped import Part

_HARMLESS = "sandbox; default-src 'none'; frame-ancestors 'none'"


def part_of(capture: Capture, name: str) -> Part:
    """Where the file `name` of the bag stands. Raises `NotFound`."""
    if capture.state != State.SEALED or name not in capture.parts:
        raise NotFound("There is no such file in this evidence.")
    return Part(**capture.parts[name])


def show_picture(request: HttpRequest, capture: Capture, name: str) -> HttpResponseBase:
    """A PNG, to be looked at within a page of ours. Raises `NotFound`, `EvidenceError`."""
    response = answer(request, capture, name)
    response["Content-Type"] = "image/png"
    return _disarmed(response)


def hand_out_part(request: HttpRequest, capture: Capture, name: str) -> HttpResponseBase:
    """Any file, to be kept: a browser that obeys opens none of them by itself. Raises `NotFound`,
    `EvidenceError`."""
    response = answer(request, capture, name)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(True, name.rpartition("/")[2])
    return _disarmed(response)


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


def _disarmed(response: HttpResponseBase) -> HttpResponseBase:
    """Whatever the bytes are, they run nothing and reach nothing (CSP 3 §6.3.2)."""
    response["Content-Security-Policy"] = _HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    return response
