"""Pages are looked at (GET, HEAD) and forms are sent (POST); nothing else is done with them.

Views of libraries answer to more: a form to PUT, a question before a deletion to DELETE.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

_METHODS = ("GET", "HEAD", "POST")


class PageMethods:
    """Django middleware; the API has methods of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, or refuse its method."""
        if request.method in _METHODS or request.path_info.startswith("/api/"):
            return self._get_response(request)
        return HttpResponseNotAllowed(_METHODS)
