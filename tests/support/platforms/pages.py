"""Numbered pages, made by the server: `/u/handle?page=2`, posts at `/u/handle/p/123-slug`.

The next page is a `rel=next` on some accounts and only a number among numbers on others
(`Options.rel_next`); an Atom and an RSS feed are linked in the head (`Options.feed`) and hold the
newest 20. Pages count from the top: a deletion moves the rest up by one, so that who pages on
misses a post. IDs count over the whole platform; the number counts, and the slug means nothing (a
wrong one is redirected). The account's ID is in JSON-LD, and in `data-account`.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from html import escape

from ..site.messages import Answer, Request, redirect
from ..site.routes import Routes
from . import walls
from .account import Account, Post
from .cards import account_html, account_json, item_html, link, thread_html
from .feeds import atom, rss
from .frame import NO_CACHE, page
from .gate import Gate
from .platform import Platform
from .timeline import Slice

FEED = '<link rel="alternate" type="application/{}+xml" href="{}">\n'
BY_GET = '<a class="like" rel="nofollow" href="/do/like?post={}">Like</a>'


class Pages(Platform):
    """The platform."""

    name, role = "pages", "cdn"

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self._count = itertools.count(1001)
        super().__init__(flavour, latency)

    def account_path(self, account: Account) -> str:
        return f"/u/{account.handle}"

    def post_path(self, post: Post, handle: str = "") -> str:
        slug = "-".join(re.findall(r"[a-z0-9]+", post.texts[0][1].lower())[:6])
        return f"/u/{handle or post.account.handle}/p/{post.id}-{slug}"

    def post_id(self, account: Account, time: dt.datetime) -> str:
        return str(next(self._count))

    def account_id(self, number: int) -> str:
        return str(4_700 + 13 * number)

    def routes(self) -> Routes:
        table, gate = Routes(), Gate(self)

        @table.under("/u/")
        async def account(request: Request) -> Answer:
            handle, _, rest = request.path.removeprefix("/u/").partition("/")
            if rest in {"feed.atom", "feed.rss"}:
                make = atom if rest == "feed.atom" else rss
                return await gate.by_handle(request, handle, lambda one: make(self, one))
            if rest.startswith("p/"):
                return await self._post(request, gate, handle, rest)
            if rest:
                return walls.not_found(request)
            return await gate.by_handle(request, handle, lambda one: self._page(request, gate, one))

        return table

    def _page(self, request: Request, gate: Gate, account: Account) -> Answer:
        wanted = request.query.get("page", "1")
        number = int(wanted) if re.fullmatch(r"[1-9]\d{0,8}", wanted) else 1
        size, timeline = account.options.page_size, self.timeline(account)
        part = gate.cut(request, account, (number - 1) * size, timeline.page(number, size))
        if part is None:
            return walls.login_wall(request)
        if not part.items and number > 1:
            return walls.not_found(request)
        items = "".join(item_html(account, item) for item in part.items)
        last = -(-len(timeline.visible()) // size)
        body = account_html(account) + items + self._number_links(account, number, part, last)
        body += walls.seen(account, account.id)
        title = f"{account.name} (@{account.handle})" + (f", page {number}" * (number > 1))
        return page(title, body, head=self._head(account, number, part))

    def _number_links(self, account: Account, number: int, part: Slice, last: int) -> str:
        base = link(self.account_path(account))
        near = {1, last, *range(max(1, number - 2), min(last, number + 2) + 1)}
        if part.rest:
            near.add(part.rest)
        links = [
            f"<b>{n}</b>" if n == number else f'<a href="{base}?page={n}">{n}</a>'
            for n in sorted(near)
        ]
        if part.rest and account.options.rel_next:
            links.append(f'<a rel="next" href="{base}?page={part.rest}">Older posts</a>')
        return f'<nav class="numbers">{" ".join(links)}</nav>'

    def _head(self, account: Account, number: int, part: Slice) -> str:
        base = link(self.account_path(account))
        about = {"@type": "Person", "identifier": account.id, "alternateName": account.handle}
        data = {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": about}
        head = f'<script type="application/ld+json">{_safe_json(data)}</script>\n'
        if account.options.feed:
            head += "".join(FEED.format(kind, f"{base}/feed.{kind}") for kind in ("atom", "rss"))
        if part.rest and account.options.rel_next:
            head += f'<link rel="next" href="{base}?page={part.rest}">\n'
        if number > 1:
            head += f'<link rel="prev" href="{base}?page={number - 1}">\n'
        return head

    async def _post(self, request: Request, gate: Gate, handle: str, rest: str) -> Answer:
        post = self.post(rest.removeprefix("p/").partition("-")[0])
        if post is None or self.account(handle) is not post.account:
            if self.former(handle):
                return await gate.by_handle(request, handle, lambda _: walls.not_found(request))
            post = None

        def show(post: Post) -> Answer:
            if request.path != self.post_path(post):
                return redirect(link(self.post_path(post)), 301, NO_CACHE)
            posting = {"@type": "SocialMediaPosting", "identifier": post.id}
            posting["author"] = account_json(post.account)["id"]
            head = f'<script type="application/ld+json">{_safe_json(posting)}</script>\n'
            head += f'<link rel="canonical" href="{link(self.post_path(post))}">\n'
            body = (
                thread_html(post)
                + BY_GET.format(escape(post.id))
                + walls.seen(post.account, post.id)
            )
            return page(f"{post.account.name}: {post.text[:50]}", body, head=head)

        return await gate.post(request, post, show)


def _safe_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
