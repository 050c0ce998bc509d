"""What Facebook's GraphQL answers say: stories with ``post_id``, ``actors`` and their permalink.

A story has ``post_id``, ``actors`` (each with ``id``, ``name``, ``url``), ``creation_time``,
``wwwURL`` or ``url``, and ``attached_story`` where it shares another. Facebook publishes none of
this and changes it often. Source: github.com/mretallack/facebook-api (``README.md``) and
github.com/apankowski/garcon (``docs/facebook/post-extraction-strategy-v2.md``). ``actors`` and
``attached_story``: by projects that read the same answers, unchecked against Facebook.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, moment, name, objects, part, words
from capture.platforms.told import Told, ToldAccount, ToldPost

_NAMED = r"https://www\.facebook\.com/([A-Za-z0-9.]{3,50})/?"


def read(data: object) -> Told:
    """The accounts and posts in one answer."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        if post := _post(each):
            posts.append(post)
        if account := _account(each):
            accounts.append(account)
    return Told(tuple(posts), tuple(accounts))


def _post(each: Object) -> ToldPost | None:
    identity, actor = name(each.get("post_id")), at(each, "actors", 0)
    author = _account(actor) if isinstance(actor, dict) else None
    if identity is None or not identity.isdecimal() or author is None:
        return None
    return ToldPost(
        identity,
        author,
        url=name(each.get("wwwURL")),
        time=moment(each.get("creation_time")),
        text=words(at(each, "message", "text")),
    )


def _account(each: Object) -> ToldAccount | None:
    if name(each.get("__typename")) not in {"User", "Page", None} or "name" not in each:
        return None
    identity, place = name(each.get("id")), name(each.get("url"))
    if identity is None or not identity.isdecimal():
        return None
    return ToldAccount({"account": identity}, part(place, _NAMED)) if place else None
