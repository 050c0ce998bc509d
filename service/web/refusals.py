"""What a view may not do or find becomes a page that says so."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from service.cases.access import NotAllowed, NotFound
from service.evidence.errors import EvidenceError
from service.web import errors

log = structlog.get_logger()


class Refusals:
    """Answers for the service's own errors, so that no view repeats it. The API has its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for `exception`; None leaves it to Django."""
        if isinstance(exception, NotFound):
            return errors.not_found(request, exception)
        if isinstance(exception, NotAllowed):
            return errors.not_allowed(request, exception)
        if isinstance(exception, EvidenceError):
            log.error("evidence not read", kind=type(exception).__name__, error=str(exception))
            return errors.store_failed(request)
        return None
