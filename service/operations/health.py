"""Is this process alive, and can it do its work?"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError

from service.broker import options
from service.evidence.errors import EvidenceError
from service.evidence.keeping import evidence_store
from service.operations.asking import Question
from service.operations.insiders import is_insider

_ERRORS = (DatabaseError, OperationalError, OSError, EvidenceError)

log = structlog.get_logger()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    del request
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Asks the database, the broker and the store; 503 where one of them does not answer.

    Which one it is, is told to the operator's networks alone (`is_insider`).
    """
    found = {name: question.answer() for name, question in QUESTIONS.items()}
    wrong = {name: answer for name, answer in found.items() if answer != "ok"}
    if wrong:
        log.warning("not ready", **wrong)
    status = {"status": "not ready" if wrong else "ready"}
    more = {"checks": found} if is_insider(request) else {}
    return JsonResponse({**status, **more}, status=503 if wrong else 200)


def ask_database() -> None:
    """Raises `DatabaseError`."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM captures_capture LIMIT 1")
    finally:
        connection.close()  # this thread's own


def ask_broker() -> None:
    """Raises kombu's `OperationalError` or `OSError`."""
    how = options(settings.BROKER_URL)
    with Connection(how["broker_url"], transport_options=how["broker_transport_options"]) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def ask_store() -> None:
    """Raises `EvidenceError`."""
    evidence_store().check()


QUESTIONS = {
    "database": Question(ask_database, _ERRORS),
    "broker": Question(ask_broker, _ERRORS),
    "store": Question(ask_store, _ERRORS),
}
