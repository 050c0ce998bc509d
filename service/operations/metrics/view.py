"""`/metrics`, in the text form of Prometheus."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service.operations.insiders import is_insider
from service.operations.metrics.figures import Figures

_SHARE = 20
"""At most this part of the time is spent on figures, however often somebody asks."""
_FRESH_S = 5.0


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for the operator's networks or whoever has the metrics token."""
    if not is_insider(request):
        words = "Ask from a network in HOLDFAST_METRICS_NETWORKS, or with the metrics token.\n"
        return HttpResponse(words, status=403, content_type="text/plain")
    try:
        text = _KEPT.text()
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class _Kept:
    """A text that is made again when it is old; the longer that took, the longer it is kept."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made = b""
        self._until = float("-inf")

    def text(self) -> bytes:
        with self._lock:
            started = time.monotonic()
            if started >= self._until:
                self._made = self._make()
                took = time.monotonic() - started
                self._until = time.monotonic() + max(_FRESH_S, _SHARE * took)
            return self._made


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Figures())
    return registry


_REGISTRY = _registry()
_KEPT = _Kept(lambda: generate_latest(_REGISTRY))
