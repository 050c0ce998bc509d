"""A request has a size that can be dealt with, or is not read at all."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from service.web.errors import too_large


class BoundedBodies:
    """Refuses a body longer than `settings.MAX_BODY_BYTES` before a byte of it is read.

    Django bounds what it keeps in memory, but writes a longer upload to the disk. A body of
    unannounced length counts as empty (WSGI), so the announced one is all that can come.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse it, or pass it on."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or int(announced[:18]) > settings.MAX_BODY_BYTES:
            return too_large(request)
        return self._get_response(request)
