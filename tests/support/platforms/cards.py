"""Accounts and posts, as HTML and as JSON."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any
from urllib.parse import quote

from .account import Account, Post
from .threads import thread
from .timeline import Item


def in_words(time: dt.datetime, at: dt.datetime) -> str:
    """'3 h': how long ago, as people are shown it. It changes while one looks."""
    seconds = max(0, int((at - time).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "now"


def link(path: str) -> str:
    """A path as it stands in an attribute."""
    return escape(quote(path, safe="/@?=&%:~"))


def stamp(time: dt.datetime) -> str:
    """RFC 3339, to the millisecond."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_html(post: Post) -> str:
    """The time in words, and exactly."""
    words = in_words(post.time, dt.datetime.now(dt.UTC))
    edited = ' <span class="edited">edited</span>' if post.edited_at else ""
    return f'<time datetime="{stamp(post.time)}">{words}</time>{edited}'


def by_html(account: Account) -> str:
    """The author."""
    return (
        f'<a class="by" href="{link(account.platform.account_path(account))}">'
        f'<img src="/avatars/{account.number}.png" alt="" width=40 height=40>'
        f"<bdi>{escape(account.name)}</bdi> <bdi>@{escape(account.handle)}</bdi></a>"
    )


def post_html(post: Post, *, note: str = "", kind: str = "post", undated: bool = False) -> str:
    """A post, with the permalink behind its time, or beside it."""
    path, time = link(post.account.platform.post_path(post)), time_html(post)
    when = f'<a class="when" href="{path}">{"Link" if undated else time}</a>'
    when += f" {time}" if undated else ""
    picture = f'<img class="picture" src="{post.picture}" alt="">' if post.picture else ""
    return f"""<article class="{kind}" data-post="{escape(post.id)}" \
data-account="{escape(post.account.id)}">
{f'<p class="note">{note}</p>' if note else ""}{by_html(post.account)}
{when}
<p dir="auto">{escape(post.text)}</p>{picture}</article>
"""


def item_html(account: Account, item: Item) -> str:
    """One thing of a timeline."""
    return post_html(item.post, note=note(account, item), undated=account.options.undated_links)


def note(account: Account, item: Item) -> str:
    """Why it is here, where that is not plain."""
    if item.repost:
        return f"<bdi>{escape(account.name)}</bdi> reposted"
    return {"pinned": "Pinned", "suggestion": "Suggested for you"}.get(item.kind, "")


def account_html(account: Account) -> str:
    """The head of an account's page."""
    count = sum(post.deleted_at is None for post in account.posts)
    return f"""<section class="account" data-account="{escape(account.id)}">
<img src="/avatars/{account.number}.png" alt="" width=80 height=80>
<h1 dir="auto">{escape(account.name)}</h1><p><bdi>@{escape(account.handle)}</bdi></p>
<p dir="auto">{escape(account.bio)}</p>
<p><b>{count}</b> posts · <b>{account.number * 37}</b> followers</p></section>
"""


def thread_html(post: Post) -> str:
    """A post's page: what it answers, the post, what was answered."""
    above, below = thread(post)
    parts = [post_html(earlier, kind="above") for earlier in above]
    parts += [post_html(post, kind="main"), *(post_html(later, kind="reply") for later in below)]
    return "".join(parts)


def account_json(account: Account) -> dict[str, Any]:
    """An account in an API."""
    return {
        "id": account.id,
        "handle": account.handle,
        "name": account.name,
        "bio": account.bio,
        "avatar": f"/avatars/{account.number}.png",
        "posts_count": sum(post.deleted_at is None for post in account.posts),
        "followers_count": account.number * 37,
    }


def as_json(post: Post) -> dict[str, Any]:
    """A post in an API."""
    author = post.account
    return {
        "id": post.id,
        "created_at": stamp(post.time),
        "edited_at": stamp(post.edited_at) if post.edited_at else None,
        "text": post.text,
        "picture": post.picture,
        "in_reply_to_id": post.reply_to.id if post.reply_to else None,
        "account": {
            "id": author.id,
            "handle": author.handle,
            "name": author.name,
            "avatar": f"/avatars/{author.number}.png",
        },
    }


def item_json(account: Account, item: Item) -> dict[str, Any]:
    """One thing of a timeline in an API; a repost has its own ID, and the post within."""
    flags = {"pinned": item.kind == "pinned", "suggested": item.kind == "suggestion"}
    if item.repost is None:
        return {**as_json(item.post), **flags, "repost": None}
    own = account_json(account)
    by = {name: own[name] for name in ("id", "handle", "name", "avatar")}
    times = {"created_at": stamp(item.repost.time), "edited_at": None}
    outer = {"id": item.repost.id, "text": "", "picture": None, "account": by, **times}
    return {**outer, **flags, "repost": as_json(item.post)}
