"""Is this process alive, and can it do its work?"""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from service.broker import options
from service.evidence.errors import EvidenceError
from service.evidence.keeping import evidence_store


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    del request
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Asks the database, the broker and the store; 503 where one of them does not answer."""
    del request
    found = {name: _ask(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": found}, status=200 if ready else 503
    )


def _ask(check: Callable[[], None]) -> str:
    try:
        check()
    except (DatabaseError, OperationalError, OSError, EvidenceError) as error:
        return f"failed: {type(error).__name__}"
    return "ok"


def ask_database() -> None:
    """Raises `DatabaseError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM captures_capture LIMIT 1")


def ask_broker() -> None:
    """Raises kombu's `OperationalError` or `OSError`."""
    app = Celery("readiness", set_as_current=False)
    app.conf.update(options(settings.BROKER_URL))
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def ask_store() -> None:
    """Raises `EvidenceError`."""
    evidence_store().check()


CHECKS: dict[str, Callable[[], None]] = {
    "database": ask_database,
    "broker": ask_broker,
    "store": ask_store,
}
