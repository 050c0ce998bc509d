"""Every answer below ``/api/`` keeps the API's manners, whoever gave it.

Errors of Django itself (no such address, wrong host, a mistake outside an operation) become problem
details as well; HEAD is GET without its content (RFC 9110 §9.3.2); nothing is kept by caches.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from service.api.v1 import problems
from service.api.v1.problems import CONTENT_TYPE, Kind, Problem

_KINDS: dict[int, Kind] = {
    400: problems.BAD_REQUEST,
    403: problems.NOT_ALLOWED,
    404: problems.NOT_FOUND,
    405: problems.WRONG_METHOD,
    413: problems.TOO_LARGE,
    416: problems.BAD_RANGE,
    503: problems.UNAVAILABLE,
}


class ApiManners:
    """Stands before every other middleware, so that it sees what they answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with manners if it is the API's."""
        if not request.path_info.startswith("/api/"):
            return self._get_response(request)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return _without_content(response) if is_head else response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:  # WSGI would show us an empty body
            detail = "Send the body with 'Content-Length', not in chunks."
            return problems.answer(Problem(problems.LENGTH_REQUIRED, detail))
        return _as_problem(request, self._get_response(request))


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
        return response
    kind = _KINDS.get(response.status_code)
    if kind is None:
        problem = problems.unexpected(None, status=response.status_code, path=request.path_info)
    else:
        problem = Problem(kind, kind.meaning)
    answer = problems.answer(problem)
    for name, value in response.headers.items():
        if name == "Content-Range" or not name.startswith("Content-"):
            answer.headers[name] = value
    if "Allow" in answer.headers:
        answer.headers["Allow"] = _with_head(answer.headers["Allow"])
    return answer


def _with_head(allowed: str) -> str:
    methods = {each.strip() for each in allowed.split(",")}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _without_content(response: HttpResponseBase) -> HttpResponseBase:
    """RFC 9110 §9.3.2: the same headers, no content. What was opened is closed with the answer."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    elif isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response
