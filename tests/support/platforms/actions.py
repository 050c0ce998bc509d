"""What a visitor must never reach: likes, follows, posts, marks of what was seen.

Each endpoint answers as if it had done it; the access log shows who came (`Platform.acted`).
`GET /do/like` acts on GET, as old forums do: nobody should follow every link.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..site.log import Entry
from ..site.messages import Answer, Request, json_answer, redirect
from ..site.routes import Routes
from . import walls
from .cards import as_json

if TYPE_CHECKING:
    from .platform import Platform

ENDPOINTS = ("/api/like", "/api/follow", "/api/post", "/api/seen", "/api/seen/beacon")
BY_LINK = "/do/like"


def is_action(entry: Entry) -> bool:
    """Whether a request changed something in the name of the visitor."""
    if entry.path == "/graphql":
        return b"mutation" in entry.request_body
    return entry.path == BY_LINK or (entry.path in ENDPOINTS and entry.method != "OPTIONS")


def routes(platform: Platform) -> Routes:
    """The endpoints, and `/graphql`, which also reads: a query for the replies to a post."""
    table = Routes()

    @table.at(*ENDPOINTS)
    async def acted(request: Request) -> Answer:
        return json_answer({"ok": True})

    @table.at(BY_LINK)
    async def by_link(request: Request) -> Answer:
        return redirect(request.header("Referer") or "/", 303)

    @table.at("/graphql")
    async def graphql(request: Request) -> Answer:
        try:
            asked = dict(json.loads(request.body))
        except (ValueError, TypeError):
            return walls.bad_request(request)
        if asked.get("query", "").startswith("mutation"):
            return json_answer({"data": {"ok": True}})
        post = platform.post(str(asked.get("variables", {}).get("id", "")))
        replies = platform.others.replies(post) if post else []
        return json_answer({"data": {"replies": [as_json(reply) for reply in replies]}})

    return table
