"""Version 1 of the API: bearer tokens, JSON, problem details (RFC 9457).

`captures`, `profiles`, `sessions`, `evidence`, `shares`, `cases`, `members`, `webhooks`: the
operations. What they share: `authentication` says who asks, `strict` what may be asked, `paging`
how lists go on, `problems` and `refusals` how it is said that something is not possible,
`description` and `documentation` what the outside is told.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.views.decorators.http import require_GET
from ninja import Schema

from service.api.v1 import (
    captures,
    cases,
    evidence,
    members,
    problems,
    profiles,
    refusals,
    sessions,
    shares,
    webhooks,
)
from service.api.v1.authentication import BearerToken
from service.api.v1.description import DescribedApi
from service.api.v1.documentation import Documentation
from service.api.v1.strict import StrictParser, refuse_unknown_parameters

DESCRIPTION = """
Submit addresses, follow their captures, fetch the evidence. Every error is a problem detail
(RFC 9457). Lists come in pages: follow `next`, or the header `Link` (RFC 8288), as it is.
`Idempotency-Key` makes a repeated submission the same submission. What you may not know of is 404.

**Do not submit images of child sexual abuse, whoever asks.** In the UK report them to the Internet
Watch Foundation; elsewhere to the hotline of your country (INHOPE lists them).
"""

TAGS = [
    {"name": "captures", "description": "Submit addresses, and follow what becomes of them."},
    {"name": "profiles", "description": "Everything that an account has posted."},
    {"name": "sessions", "description": "What is behind a login."},
    {"name": "evidence", "description": "What there is of a capture."},
    {"name": "sharing", "description": "Links for those without an account."},
    {"name": "cases", "description": "What belongs together, and who may see it."},
    {"name": "webhooks", "description": "Being told."},
    {"name": "problems", "description": "Every answer other than success."},
]

api = DescribedApi(
    title="Holdfast",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-1",
    docs=Documentation(),
    docs_url="/docs",
    docs_decorator=require_GET,
    openapi_extra={"tags": TAGS},
    auth=BearerToken(),
    parser=StrictParser(),
)
refusals.install(api)
api.add_decorator(refuse_unknown_parameters, mode="operation")
api.add_router("/captures", captures.router)
api.add_router("/captures", evidence.router)
api.add_router("/captures", shares.router)
api.add_router("/profiles", profiles.router)
api.add_router("/sessions", sessions.router)
api.add_router("/cases", cases.router)
api.add_router("/cases", members.router)
api.add_router("", webhooks.router)


class KindShown(Schema):
    """A sort of problem."""

    type: str
    status: int
    title: str
    meaning: str


@api.get(
    "/problems",
    auth=None,
    response=list[KindShown],
    operation_id="list_problems",
    tags=["problems"],
)
def list_problems(request: HttpRequest) -> list[KindShown]:
    """Every problem that the API answers with; the `type` of each leads here."""
    del request
    return [KindShown.from_orm(kind) for kind in problems.KINDS]
