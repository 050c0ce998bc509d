"""What Bluesky's answers say: ``app.bsky.feed.getAuthorFeed`` and ``app.bsky.actor.getProfile``.

A post view has ``uri`` (``at://DID/app.bsky.feed.post/KEY``), ``author`` with ``did`` and
``handle``, and ``record.createdAt``. In a feed it stands beside a ``reason``: ``reasonRepost`` with
``by``, or ``reasonPin``. Source: the lexicons ``app.bsky.feed.defs`` and ``app.bsky.actor.defs``
(github.com/bluesky-social/atproto, ``lexicons/app/bsky``); atproto.com/specs/at-uri-scheme.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost

_POST = "/app.bsky.feed.post/"
_DEFS = "app.bsky.feed.defs#"


def read(data: object) -> Told:
    """The accounts and posts in one answer."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        inner = each.get("post")
        post = _post(inner, each.get("reason")) if isinstance(inner, dict) else _post(each, None)
        if post:
            posts.append(post)
        if account := _account(each):
            accounts.append(account)
    return Told(tuple(posts), tuple(accounts))


def _post(view: Object, reason: object) -> ToldPost | None:
    uri, author = name(view.get("uri")), view.get("author")
    told = _account(author) if isinstance(author, dict) else None
    if uri is None or told is None or told.name is None:
        return None
    actor, found, key = uri.removeprefix("at://").partition(_POST)
    if not found or not key or actor != told.ids["account"]:
        return None
    by = at(reason, "by") if at(reason, "$type") == _DEFS + "reasonRepost" else None
    return ToldPost(
        key,
        told,
        {"handle": told.name, "post": key},
        time=moment(at(view, "record", "createdAt")),
        text=words(at(view, "record", "text")),
        is_pinned=at(reason, "$type") == _DEFS + "reasonPin",
        shared_by=_account(by) if isinstance(by, dict) else None,
    )


def _account(each: Object) -> ToldAccount | None:
    did, handle = name(each.get("did")), name(each.get("handle"))
    if did is None or handle is None or not did.startswith("did:"):
        return None
    return ToldAccount({"account": did}, handle)
