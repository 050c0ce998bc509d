"""Endless scroll by XHR: `/@handle`, posts at `/@handle/ID`; the HTML is empty before scripts ran.

The list is virtual: what leaves the window leaves the DOM. Everything comes as JSON, account and
post IDs too. IDs are made as Mastodon makes them (milliseconds since 1970, shifted left by 16), so
they hold the posting time. Whatever was asked for, the HTML comes with 200: what was deleted,
suspended or walled off says so in the API, and the script says it in the page.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re

from ..site.messages import Answer, Request
from ..site.routes import Routes
from . import walls
from .account import Account, Post
from .cards import account_json, as_json, item_json
from .frame import data, page
from .gate import Gate
from .options import OldHandle
from .platform import Platform
from .threads import thread

API = "/api/v1/"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Scroll(Platform):
    """The platform."""

    name, role = "scroll", "main"

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self._count = itertools.count()
        super().__init__(flavour, latency)

    def account_path(self, account: Account) -> str:
        return f"/@{account.handle}"

    def post_path(self, post: Post, handle: str = "") -> str:
        return f"/@{handle or post.account.handle}/{post.id}"

    def post_id(self, account: Account, time: dt.datetime) -> str:
        milliseconds = (time - EPOCH) // dt.timedelta(milliseconds=1)
        return str(milliseconds << 16 | next(self._count) & 0xFFFF)

    def account_id(self, number: int) -> str:
        joined = dt.datetime(2018, 3, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
        return str(((joined - EPOCH) // dt.timedelta(milliseconds=1)) << 16 | number)

    def routes(self) -> Routes:
        table, gate = Routes(), Gate(self)

        @table.under("/@")
        async def shell(request: Request) -> Answer:
            return page("Scroll", '<div id="app"></div>')

        @table.at(API + "lookup")
        async def lookup(request: Request) -> Answer:
            handle = request.query.get("handle", "")
            return await gate.by_handle(request, handle, _head, moves=False)

        @table.under(API + "accounts/")
        async def timeline(request: Request) -> Answer:
            identity = request.path.removeprefix(API + "accounts/").removesuffix("/posts")
            return await gate.by_id(request, identity, lambda one: self._part(request, gate, one))

        @table.under(API + "posts/")
        async def post(request: Request) -> Answer:
            found = self.post(request.path.rpartition("/")[2])
            handle = request.query.get("handle", "")
            is_its = found and self._leads_to(handle, found.account)
            return await gate.post(request, found if is_its else None, _thread)

        return table

    def _leads_to(self, handle: str, account: Account) -> bool:
        former = self.former(handle)
        return handle == account.handle or former == (account, OldHandle.REDIRECTS)

    def _part(self, request: Request, gate: Gate, account: Account) -> Answer:
        before, timeline = request.query.get("before"), self.timeline(account)
        if before and not re.fullmatch(r"-?[0-9]{1,9}", before):
            return walls.bad_request(request)
        rest = int(before) if before else None
        part = timeline.after(rest, account.options.page_size)
        shown = gate.cut(request, account, timeline.given(rest), part)
        if shown is None:
            return walls.login_wall(request)
        posts = [item_json(account, item) for item in shown.items]
        return data({"posts": posts, "before": None if part.rest is None else str(part.rest)})


def _head(account: Account) -> Answer:
    return data({**account_json(account), "marks_seen": account.options.marks_seen})


def _thread(post: Post) -> Answer:
    above, below = thread(post)
    parts = {"above": [as_json(one) for one in above], "below": [as_json(one) for one in below]}
    seen = post.account.options.marks_seen
    return data({"post": as_json(post), **parts, "marks_seen": seen})
