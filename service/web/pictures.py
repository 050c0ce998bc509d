"""A picture of a sealed bag as a part of our pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from service.captures.handing import show_file
from service.captures.models import Capture


def show_picture(request: HttpRequest, capture: Capture, name: str) -> HttpResponseBase:
    """A PNG, to be looked at within a page of ours. Raises `NotFound`, `EvidenceError`."""
    response = show_file(request, capture, name)
    response["Content-Type"] = "image/png"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
