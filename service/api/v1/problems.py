"""Errors of the API, all in one form: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from service.cases.access import NotAllowed, NotFound


class Problem(Exception):
    """An answer other than success; `detail` says what to do."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.more = status, title, detail, more


def install(api: NinjaAPI) -> None:
    """Let every error of `api` take the one form."""
    handlers: dict[type[Exception], Any] = {
        Problem: _of_problem,
        AuthenticationError: _of_authentication,
        ValidationError: _of_validation,
        HttpError: _of_http_error,
        NotFound: _of_not_found,
        Http404: _of_not_found,
        NotAllowed: _of_not_allowed,
    }

    def handler(make: Any) -> Any:
        return lambda request, error: _answer(api, request, make(error))

    for kind, make in handlers.items():
        api.add_exception_handler(kind, handler(make))


def _of_problem(error: Problem) -> Problem:
    return error


def _of_authentication(error: AuthenticationError) -> Problem:
    del error
    return Problem(401, "No valid token", "Send the header 'Authorization: Bearer TOKEN'.")


def _of_validation(error: ValidationError) -> Problem:
    wrong = [
        {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
        for each in error.errors
    ]
    return Problem(422, "The request does not fit", "See 'errors'.", errors=wrong)


def _of_http_error(error: HttpError) -> Problem:
    return Problem(error.status_code, HTTPStatus(error.status_code).phrase, str(error))


def _of_not_found(error: Exception) -> Problem:
    return Problem(404, "Not found", str(error) or "There is no such thing.")


def _of_not_allowed(error: NotAllowed) -> Problem:
    return Problem(403, "Not allowed", str(error))


def _answer(api: NinjaAPI, request: HttpRequest, problem: Problem) -> HttpResponse:
    content = {"type": "about:blank", "title": problem.title, "status": problem.status}
    body = {**content, "detail": problem.detail, **problem.more}
    response = api.create_response(request, body, status=problem.status)
    response["Content-Type"] = "application/problem+json"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
