"""A client of the API for tests, which knows what a problem must look like."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from service.accounts.models import User
from service.accounts.tokens import Scope, create_token
from service.api.v1.problems import CONTENT_TYPE, KINDS

Answer = Any
"""Django's response with what its test client adds."""


class Api:
    """Calls the API with one token, as a program would."""

    def __init__(self, token: str | None) -> None:
        self._client = Client(raise_request_exception=False)
        self._token = token

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; a body that is not bytes is sent as JSON. Underscores are dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token is not None:
            sent.setdefault("Authorization", f"Bearer {self._token}")
        content = sent.pop("Content-Type", "application/json")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self._client.generic(
            method, f"/api/v1{path}", data, content_type=content, headers=sent
        )

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST."""
        return self.call("POST", path, body, **headers)

    def delete(self, path: str) -> Answer:
        """DELETE."""
        return self.call("DELETE", path)


def problem(answer: Answer, name: str) -> dict[str, Any]:
    """Assert that `answer` is the problem `name` in its whole form; return its body."""
    body: dict[str, Any] = answer.json()
    (kind,) = (each for each in KINDS if each.name == name)
    assert (body["type"], body["title"], body["status"]) == (kind.type, kind.title, kind.status)
    assert answer.status_code == kind.status
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert "Traceback" not in str(body)
    return body


def token_of(user: User, *scopes: Scope) -> str:
    """A token with these scopes, or all."""
    return create_token(user, scopes or tuple(Scope))[0]
