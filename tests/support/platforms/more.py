"""A 'Show more' button: `/handle`, posts at `/handle/55`; the server makes the HTML.

The button fetches the next piece of HTML, which brings the next button; the last one brings none.
Posts are counted by account (1, 2, 3, …), so that the same number means another post elsewhere: an
ID is one only together with the account's. The account's ID is in `window.CHANNEL` and in
`data-account`, a post's in `data-post`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter

from ..site.messages import Answer, Request, html
from ..site.routes import Routes
from . import walls
from .account import Account, Post
from .cards import account_html, account_json, item_html, link, thread_html
from .frame import NO_CACHE, page
from .gate import Gate
from .platform import Platform

BUTTON = '<button class="more" data-next="{}/more?before={}">Show more</button>'


class More(Platform):
    """The platform."""

    name, role = "more", "frames"

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self._count: Counter[str] = Counter()
        super().__init__(flavour, latency)

    def account_path(self, account: Account) -> str:
        return f"/{account.handle}"

    def post_path(self, post: Post, handle: str = "") -> str:
        return f"/{handle or post.account.handle}/{post.id}"

    def post_id(self, account: Account, time: dt.datetime) -> str:
        self._count[account.id] += 1
        return str(self._count[account.id])

    def post_key(self, account: Account | None, identity: str) -> str:
        return f"{account.id if account else ''}/{identity}"

    def account_id(self, number: int) -> str:
        return f"-100{1_400_000_000 + 7_919 * number}"

    def routes(self) -> Routes:
        table, gate = Routes(), Gate(self)

        @table.under("/")
        async def anything(request: Request) -> Answer:
            handle, _, rest = request.path[1:].partition("/")
            if rest.isascii() and rest.isdecimal():
                return await self._post(request, gate, handle, rest)
            if rest not in {"", "more"}:
                return walls.not_found(request)
            return await gate.by_handle(request, handle, lambda one: self._page(request, gate, one))

        return table

    def _page(self, request: Request, gate: Gate, account: Account) -> Answer:
        before, timeline = request.query.get("before"), self.timeline(account)
        if before and not re.fullmatch(r"-?[0-9]{1,9}", before):
            return walls.bad_request(request)
        rest = int(before) if before else None
        part = timeline.after(rest, account.options.page_size)
        shown = gate.cut(request, account, timeline.given(rest), part)
        if shown is None:
            return html(walls.LOGIN, 401) if before else walls.login_wall(request)
        items = "".join(item_html(account, item) for item in shown.items)
        if shown.rest is not None:
            items += BUTTON.format(link(self.account_path(account)), shown.rest)
        if request.path.endswith("/more"):
            return html(items, headers=NO_CACHE)
        channel = json.dumps(account_json(account), ensure_ascii=False).replace("<", "\\u003c")
        head = f"<script>window.CHANNEL = {channel};</script>\n"
        body = account_html(account) + f'<div id="posts">{items}</div>'
        body += walls.seen(account, account.id)
        return page(f"{account.name} (@{account.handle})", body, head=head)

    async def _post(self, request: Request, gate: Gate, handle: str, number: str) -> Answer:
        account = self.account(handle)
        if account is None:
            return await gate.by_handle(request, handle, lambda _: walls.not_found(request))

        def show(post: Post) -> Answer:
            title = f"{post.account.name}: {post.text[:50]}"
            return page(title, thread_html(post) + walls.seen(post.account, post.id))

        return await gate.post(request, self.post(number, account), show)
