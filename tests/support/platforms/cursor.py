"""A cursor API: `/profile/handle`, posts at `/post/{uuid}`, whoever wrote them.

The HTML holds the account (or the post) as JSON and nothing else; the timeline comes from
`/api/timeline?account=ID&cursor=…` as `{"items": […], "cursor": "…"}`, the last with a cursor of
null. The cursor is opaque. A script makes the permalink of an item when the item becomes visible,
and not before. Replies come by a GraphQL *query*, which is a POST that changes nothing: who blocks
all POST requests loses them. Post IDs are random and hold no time.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import random
import uuid
from typing import Any

from ..site.messages import Answer, Request
from ..site.routes import Routes
from . import walls
from .account import Account, Post
from .cards import account_json, as_json, item_json
from .frame import data, page
from .gate import Gate
from .platform import Platform
from .threads import thread


def encode_cursor(rest: int) -> str:
    """A place as its clients see it."""
    return base64.urlsafe_b64encode(f"v1:{rest}".encode()).decode().rstrip("=")


def decode_cursor(text: str) -> int:
    """The place again; ValueError for what is none."""
    return int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).partition(b":")[2])


class Cursor(Platform):
    """The platform."""

    name, role = "cursor", "internal"

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self._count = itertools.count()
        super().__init__(flavour, latency)

    def account_path(self, account: Account) -> str:
        return f"/profile/{account.handle}"

    def post_path(self, post: Post, handle: str = "") -> str:
        return f"/post/{post.id}"

    def post_id(self, account: Account, time: dt.datetime) -> str:
        bits = random.Random(f"{self.name}/{next(self._count)}").getrandbits(128)
        return str(uuid.UUID(int=bits, version=4))

    def account_id(self, number: int) -> str:
        return f"acct:sim:{random.Random(number).getrandbits(64):016x}"

    def routes(self) -> Routes:
        table, gate = Routes(), Gate(self)

        @table.under("/profile/")
        async def profile(request: Request) -> Answer:
            return await gate.by_handle(request, request.path.removeprefix("/profile/"), _profile)

        @table.under("/post/")
        async def post(request: Request) -> Answer:
            return await gate.post(request, self.post(request.path.removeprefix("/post/")), _post)

        @table.at("/api/timeline")
        async def timeline(request: Request) -> Answer:
            identity = request.query.get("account", "")
            return await gate.by_id(request, identity, lambda one: self._part(request, gate, one))

        return table

    def _part(self, request: Request, gate: Gate, account: Account) -> Answer:
        cursor, timeline = request.query.get("cursor"), self.timeline(account)
        try:
            rest = decode_cursor(cursor) if cursor else None
        except ValueError:
            return walls.bad_request(request)
        part = timeline.after(rest, account.options.page_size)
        shown = gate.cut(request, account, timeline.given(rest), part)
        if shown is None:
            return walls.login_wall(request)
        items = [item_json(account, item) for item in shown.items]
        following = None if shown.rest is None else encode_cursor(shown.rest)
        return data({"items": items, "cursor": following})


def _state(title: str, **values: Any) -> Answer:
    text = json.dumps(values, ensure_ascii=False).replace("<", "\\u003c")
    embedded = f'<script type="application/json" id="state">{text}</script>'
    return page(title, f'<div id="app"></div>{embedded}')


def _profile(account: Account) -> Answer:
    title = f"{account.name} (@{account.handle})"
    return _state(title, account=account_json(account), marks_seen=account.options.marks_seen)


def _post(post: Post) -> Answer:
    above, own = thread(post)
    own = [later for later in own if later.account is post.account]
    parts = {"above": [as_json(one) for one in above], "below": [as_json(one) for one in own]}
    title, seen = f"{post.account.name}: {post.text[:50]}", post.account.options.marks_seen
    return _state(title, post=as_json(post), **parts, marks_seen=seen)
