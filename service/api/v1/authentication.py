"""Who asks: a bearer token (RFC 6750), its person and its scopes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from service.accounts.models import ApiToken, User
from service.accounts.tokens import Scope, find_token
from service.address import address_of
from service.api.v1.problems import Problem
from service.custody.recording import Actor


class BearerToken(HttpBearer):
    """Accepts a token that is known and valid; `request.auth` is its row."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, or None: then the answer is 401."""
        del request
        return find_token(token)


def person(request: HttpRequest, scope: Scope) -> User:
    """Whose token it is, where it may be used for `scope`. Raises `Problem` 403."""
    token = _token(request)
    if scope not in token.scopes:
        raise Problem(403, "Scope missing", f"This token lacks the scope '{scope}'.")
    return token.user


def actor(request: HttpRequest) -> Actor:
    """The token and its person, as the custody chain names them."""
    token = _token(request)
    return Actor("token", str(token.pk), token.user.email, address_of(request))


def _token(request: Any) -> ApiToken:
    token: ApiToken = request.auth
    return token
