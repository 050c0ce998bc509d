"""An account's newest posts as Atom (RFC 4287) and RSS 2.0."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from ..site.messages import Response, typed
from .account import Account, Post
from .cards import link, stamp

if TYPE_CHECKING:
    from .platform import Platform

NEWEST = 20


def atom(platform: Platform, account: Account) -> Response:
    """RFC 4287."""
    entries = "".join(
        f"<entry><id>tag:sim.test,2026:{escape(post.id)}</id>"
        f"<title>{escape(post.text[:40])}</title>"
        f'<link rel="alternate" href="{link(platform.post_path(post))}"/>'
        f"<published>{stamp(post.time)}</published>"
        f"<updated>{stamp(post.edited_at or post.time)}</updated>"
        f"<author><name>{escape(account.handle)}</name></author>"
        f"<content>{escape(post.text)}</content></entry>\n"
        for post in _newest(account)
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:sim.test,2026:account/{escape(account.id)}</id>
<title>{escape(account.name)}</title><updated>{stamp(platform.began)}</updated>
<link rel="self" href="{link(platform.account_path(account))}/feed.atom"/>
{entries}</feed>
"""
    return typed(text, "application/atom+xml; charset=utf-8")


def rss(platform: Platform, account: Account) -> Response:
    """RSS 2.0, with whole addresses as it wants them."""
    items = "".join(
        f"<item><title>{escape(post.text[:40])}</title>"
        f"<link>{escape(platform.url(platform.post_path(post)))}</link>"
        f'<guid isPermaLink="false">{escape(post.id)}</guid>'
        f"<pubDate>{format_datetime(post.time)}</pubDate></item>\n"
        for post in _newest(account)
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{escape(account.name)}</title>
<link>{escape(account.url)}</link><description>{escape(account.bio)}</description>
{items}</channel></rss>
"""
    return typed(text, "application/rss+xml; charset=utf-8")


def _newest(account: Account) -> list[Post]:
    return [post for post in account.posts if post.deleted_at is None][:NEWEST]
