"""Version 1 of the API: bearer tokens, JSON, problem details (RFC 9457)."""

from __future__ import annotations

from ninja import NinjaAPI

from service.api.v1 import captures, problems
from service.api.v1.authentication import BearerToken

api = NinjaAPI(
    title="Holdfast",
    version="1",
    urls_namespace="api-1",
    docs_url="/docs",
    auth=BearerToken(),
)
problems.install(api)
api.add_router("/captures", captures.router)
