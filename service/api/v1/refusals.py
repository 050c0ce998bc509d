"""What is raised anywhere below an operation, as the problem that is answered."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from service.api.v1 import problems
from service.api.v1.problems import Problem
from service.cases.access import NotAllowed, NotFound
from service.evidence.errors import (
    EvidenceError,
    Retained,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
)

log = structlog.get_logger()

_REALM = 'Bearer realm="holdfast"'


def install(api: NinjaAPI) -> None:
    """Let every error of `api` take the one form."""
    makers: dict[type[Exception], Any] = {
        Problem: lambda error: error,
        AuthenticationError: lambda _: no_token(was_given=False),
        ValidationError: _of_validation,
        HttpError: _of_http_error,
        NotFound: _of_not_found,
        Http404: lambda _: Problem(problems.NOT_FOUND, "There is no such thing."),
        NotAllowed: lambda error: Problem(problems.NOT_ALLOWED, str(error)),
        RequestDataTooBig: lambda _: Problem(problems.TOO_LARGE, "Send at most 8 MiB at once."),
        UnreadablePostError: lambda _: Problem(problems.BAD_REQUEST, "The body did not come."),
        OperationalError: _of_database,
        InterfaceError: _of_database,
        EvidenceError: _of_store,
        Exception: problems.unexpected,
    }

    def handler(make: Any) -> Any:
        def handle(request: HttpRequest, error: Exception) -> HttpResponse:
            del request
            return problems.answer(make(error))

        return handle

    for kind, make in makers.items():
        api.add_exception_handler(kind, handler(make))


def no_token(*, was_given: bool) -> Problem:
    """401 (RFC 6750 §3): one unknown, ended or revoked is told alike."""
    challenge = f'{_REALM}, error="invalid_token"' if was_given else _REALM
    detail = "Send the header 'Authorization: Bearer TOKEN' with a token that is valid."
    return Problem(problems.NO_TOKEN, detail, {"WWW-Authenticate": challenge})


def scope_missing(scope: str) -> Problem:
    """403 (RFC 6750 §3.1)."""
    challenge = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
    detail = f"This token lacks the scope '{scope}'. Make one that has it."
    return Problem(problems.SCOPE_MISSING, detail, {"WWW-Authenticate": challenge}, scope=scope)


def _of_validation(error: ValidationError) -> Problem:
    if any(each["loc"][0] == "path" for each in error.errors):
        return Problem(problems.NOT_FOUND, "There is no such thing.")
    wrong = [
        {"where": _place(each["loc"]), "what": each["msg"][:300]} for each in error.errors[:100]
    ]
    return Problem(problems.DOES_NOT_FIT, "Change what 'errors' names.", errors=wrong)


def _place(steps: tuple[str | int, ...]) -> str:
    """Such as ``body.urls.0``. In a body the second step is a name of ours."""
    kept = (steps[0], *steps[2:]) if steps[0] == "body" else steps
    return ".".join(str(step)[:100] for step in kept)


def _of_http_error(error: HttpError) -> Problem:
    """Ninja raises it for a body that its parser refuses: ours says why (`strict`)."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    return problems.unexpected(error)


def _of_not_found(error: NotFound) -> Problem:
    return Problem(problems.NOT_FOUND, str(error))


def _of_database(error: Exception) -> Problem:
    log.error("database does not answer", exc_info=error)
    return _later("The database does not answer. With an Idempotency-Key nothing is done twice.")


def _of_store(error: EvidenceError) -> Problem:
    if isinstance(error, Retained):
        return Problem(problems.RETAINED, str(error))
    if isinstance(error, StoreUnavailable | StoreFull | StoreRefused):
        log.error("store does not answer", exc_info=error)
        return _later("The store does not give the evidence just now.")
    return problems.unexpected(error)


def _later(detail: str) -> Problem:
    return Problem(problems.UNAVAILABLE, detail, {"Retry-After": "10"})
