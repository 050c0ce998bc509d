"""Every answer of the API other than success, in one form: problem details (RFC 9457).

The set is closed: `KINDS` lists them, ``GET /api/v1/problems`` shows them, and the ``type`` of a
problem is its address there.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"

log = structlog.get_logger()


@dataclass(frozen=True)
class Kind:
    """One sort of problem: its name in the address, its HTTP status, its title, what it means."""

    name: str
    status: int
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """The URI that identifies it (RFC 9457 §3.1.1)."""
        return f"{settings.ORIGIN}/api/v1/problems#{self.name}"


BAD_REQUEST = Kind("bad-request", 400, "Bad request", "The request cannot be read.")
BAD_JSON = Kind("bad-json", 400, "Not JSON", "The body is no JSON text in UTF-8 (RFC 8259).")
NO_TOKEN = Kind(
    "no-token", 401, "No valid token", "There is no token, or it is unknown, ended or revoked."
)
SCOPE_MISSING = Kind(
    "scope-missing", 403, "Scope missing", "The token may not be used for this; 'scope' is needed."
)
NOT_ALLOWED = Kind(
    "not-allowed", 403, "Not allowed", "The person's role in the case does not allow this."
)
NOT_FOUND = Kind(
    "not-found", 404, "Not found", "There is no such thing, or it is not for you to know of."
)
WRONG_METHOD = Kind(
    "wrong-method", 405, "Wrong method", "The header 'Allow' says which methods there are."
)
NOT_SEALED = Kind(
    "not-sealed", 409, "Not sealed", "The capture has no evidence (yet); 'state' says why."
)
CONFLICT = Kind("conflict", 409, "Not possible now", "The thing is not in a state for this.")
RETAINED = Kind("retained", 409, "Locked", "The store keeps the evidence locked until a date.")
ERASED = Kind("erased", 410, "Erased", "The evidence was erased; hashes and custody are left.")
LENGTH_REQUIRED = Kind(
    "length-required", 411, "Length required", "A body needs the header 'Content-Length'."
)
TOO_LARGE = Kind("too-large", 413, "Too large", "The body is larger than what is taken at once.")
WRONG_TYPE = Kind(
    "wrong-content-type", 415, "Wrong content type", "A body must be application/json."
)
BAD_RANGE = Kind("bad-range", 416, "No such range", "The file has no byte in the range.")
DOES_NOT_FIT = Kind(
    "does-not-fit", 422, "The request does not fit", "'errors' says what is wrong where."
)
KEY_REUSED = Kind(
    "key-reused", 422, "Key used before", "The Idempotency-Key came with another request before."
)
TOO_MANY = Kind("too-many-requests", 429, "Too many requests", "Wait the seconds of 'Retry-After'.")
UNEXPECTED = Kind(
    "unexpected", 500, "Our mistake", "Tell the operator 'incident': it stands in the log."
)
UNAVAILABLE = Kind(
    "unavailable", 503, "Not available now", "Database or store does not answer; try again."
)
KINDS = (
    *(BAD_REQUEST, BAD_JSON, NO_TOKEN, SCOPE_MISSING, NOT_ALLOWED, NOT_FOUND, WRONG_METHOD),
    *(NOT_SEALED, CONFLICT, RETAINED, ERASED, LENGTH_REQUIRED, TOO_LARGE, WRONG_TYPE, BAD_RANGE),
    *(DOES_NOT_FIT, KEY_REUSED, TOO_MANY, UNEXPECTED, UNAVAILABLE),
)


class Problem(Exception):
    """An answer other than success. `detail` says to people what to do; `more` are extensions."""

    def __init__(
        self, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.headers, self.more = kind, detail, headers or {}, more


def answer(problem: Problem) -> HttpResponse:
    """The problem as it is sent."""
    kind = problem.kind
    members = {"type": kind.type, "title": kind.title, "status": kind.status}
    return JsonResponse(
        {**members, "detail": problem.detail, **problem.more},
        status=kind.status,
        content_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


def unexpected(error: BaseException | None, **facts: Any) -> Problem:
    """A mistake of ours: all of it in the log, nothing but the incident's ID in the answer."""
    incident = secrets.token_hex(8)
    log.error("unexpected error", incident=incident, exc_info=error, **facts)
    return Problem(UNEXPECTED, f"The log has it as incident {incident}.", incident=incident)
