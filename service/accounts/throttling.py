"""How often one may try. allauth counts, in the database, so that all web servers count together.

The rates are in the settings, by address and by account, and every window has five minutes: so what
we say to whoever has to wait is true without saying what was counted.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from service.web.errors import page

WINDOW_S = 300
WAIT = "Wait five minutes, then try again."


class TooOften(Exception):
    """Somebody tried too often; the answer is 429."""


def count(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Count one try at `action`, looking included. Raises `TooOften`."""
    if not ratelimit.consume(
        request, app="allauth.account", action=action, key=key, limit_get=True
    ):
        raise TooOften


def too_often(request: HttpRequest) -> HttpResponse:
    """The answer 429, which says how long to wait."""
    del request
    words = f"{WAIT} It keeps accounts from being guessed, and does not mean that there is one."
    response = page(HTTPStatus.TOO_MANY_REQUESTS, "Too many tries", words)
    response["Retry-After"] = str(WINDOW_S)
    return response
