"""Every request gets an ID and one line in the log: what was asked for, never whose secret it held.

The line has the pattern of the route (``cases/<uuid:case_id>``) instead of the path, and no query,
address, user agent or cookie: custody keeps who did what, the log what the machine did.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

from service.operations.probes import PATHS

_OF_A_PROXY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FOLLOWED = {"capture_id": "capture", "capture": "capture", "case_id": "case", "case": "case"}

log = structlog.get_logger("service.requests")


class RequestLog:
    """Django middleware; before all others, so that it sees what they answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and tell."""
        started = time.monotonic()
        name = _request_id(request)
        clear_contextvars()
        bind_contextvars(request=name)
        try:
            response = self._get_response(request)
            _tell(request, response, time.monotonic() - started)
        finally:
            clear_contextvars()
        response["X-Request-ID"] = name
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> None:
        """Whatever is logged from here on is about this capture, this case."""
        del request, view, args
        bind_contextvars(
            **{_FOLLOWED[name]: str(value) for name, value in kwargs.items() if name in _FOLLOWED}
        )


def _tell(request: HttpRequest, response: HttpResponse, took_s: float) -> None:
    if request.path_info in PATHS and response.status_code < 400:
        return  # asked many times a minute
    match = request.resolver_match
    say = log.error if response.status_code >= 500 else log.info
    say(
        "request",
        method=request.method if request.method in _METHODS else "other",
        route=match.route if match else None,
        status=response.status_code,
        ms=round(took_s * 1000, 1),
    )


def _request_id(request: HttpRequest) -> str:
    """The proxy's, where there is one of ours: so its log and this one can be held together."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTED_PROXIES and _OF_A_PROXY.fullmatch(given):
        return given
    return uuid.uuid4().hex


def _tell_exception(**_: object) -> None:
    """Django's own line about it would begin with the path."""
    log.exception("request failed")


got_request_exception.connect(_tell_exception, dispatch_uid="service.operations.requests")
