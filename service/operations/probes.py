"""The addresses for machines that watch, answered before anything else looks at the request.

A load balancer asks by whatever host name it likes, has no session, and must get its answer while
the database is down. Replay hosts have no such addresses (`service.web.replay_host` comes first):
there a captured page could ask.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What other answers get from the middleware that is passed by here, as far as it is for data."""
PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


def probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware, before what looks at hosts, sessions and forms."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info not in PATHS:
            return get_response(request)
        match = resolve(request.path_info, "service.operations.urls")
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        for name, value in _HEADERS.items():
            answer[name] = value
        return answer

    return middleware
