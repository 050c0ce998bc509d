"""What the answers of Threads say: the timeline's ``thread_items``, each with a ``post``.

A post has ``code`` (what stands in its URL), ``taken_at`` and ``user`` with ``pk`` or ``id`` and
``username``; a repost has the original at
``text_post_app_info.share_info.reposted_post``. Meta publishes none of this. Source:
github.com/dmytrostriletskyi/threads-net and github.com/junhoyeo/threads-api (their types and
examples). That the post passed on keeps its own author there: seen in those only.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost


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
    shared = at(each, "text_post_app_info", "share_info", "reposted_post")
    if isinstance(shared, dict):
        inner, by = _plain(shared, None), _user(each)
        return _plain(shared, by) if inner and by else inner
    return _plain(each, None)


def _plain(each: Object, shared_by: ToldAccount | None) -> ToldPost | None:
    code, author, time = name(each.get("code")), _user(each), moment(each.get("taken_at"))
    if code is None or author is None or time is None:
        return None
    fields = {"handle": author.name, "post": code} if author.name else {"post": code}
    text = words(at(each, "caption", "text"))
    pinned = at(each, "text_post_app_info", "pinned_post_info", "is_pinned_to_profile") is True
    return ToldPost(code, author, fields, None, time, text, pinned, shared_by)


def _user(each: Object) -> ToldAccount | None:
    user = each.get("user")
    return _account(user) if isinstance(user, dict) else None


def _account(each: Object) -> ToldAccount | None:
    identity = name(each.get("pk")) or name(each.get("id"))
    handle = name(each.get("username"))
    if identity is None or handle is None or not identity.isdecimal():
        return None
    return ToldAccount({"account": identity}, handle)
