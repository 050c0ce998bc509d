"""Who asks: a bearer token (RFC 6750), its person and its scopes."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from service.accounts.models import ApiToken, User
from service.accounts.tokens import Scope, find_token
from service.address import address_of
from service.api.throttling import spend
from service.api.v1 import problems
from service.api.v1.problems import Problem
from service.api.v1.refusals import no_token, scope_missing
from service.custody.recording import Actor


class BearerToken(HttpBearer):
    """Accepts a token that is valid, has the scope, and is not used too often.

    `request.auth` is its row. Without a scope nothing is accepted: an operation has to name one.
    """

    openapi_description = (
        "An API token: `holdfast token create EMAIL --scope captures:read`, or on the page "
        "*Account*. It acts for its person, never beyond its scopes, and ends by itself."
    )

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """The token. Raises `Problem` 401, 403 or 429."""
        del request
        found = find_token(token)
        if found is None:
            raise no_token(was_given=True)
        wait_s = spend(found)
        if wait_s > 0:
            raise Problem(
                problems.TOO_MANY,
                "This token is used too often. Wait, and ask for more at once.",
                {"Retry-After": str(ceil(wait_s))},
            )
        if self.scope is None or self.scope not in found.scopes:
            raise scope_missing(self.scope or "none that exists")
        return found


READ_CAPTURES = BearerToken(Scope.CAPTURES_READ)
WRITE_CAPTURES = BearerToken(Scope.CAPTURES_WRITE)
ERASE_CAPTURES = BearerToken(Scope.CAPTURES_ERASE)
READ_CASES = BearerToken(Scope.CASES_READ)
WRITE_CASES = BearerToken(Scope.CASES_WRITE)


def person(request: HttpRequest) -> User:
    """Whose token it is."""
    return _token(request).user


def actor(request: HttpRequest) -> Actor:
    """The token and its person, as the custody chain names them."""
    token = _token(request)
    return Actor("token", str(token.pk), token.user.email, address_of(request))


def _token(request: Any) -> ApiToken:
    token: ApiToken = request.auth
    return token
