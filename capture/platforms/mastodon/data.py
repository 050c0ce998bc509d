"""What Mastodon's API says: ``/api/v1/accounts/:id/statuses`` and ``/api/v1/accounts/lookup``.

A status has ``id``, ``created_at``, ``account`` (``id``, ``username``, ``acct``), ``url``,
``pinned`` and, where it only passes another one on, ``reblog``. ``acct`` has the server behind an
``@`` for accounts of other servers. Source: docs.joinmastodon.org/entities/Status and /Account.
Programs that look like Mastodon mostly speak this API too; what is worded otherwise is read by the
generic reader.
"""

from __future__ import annotations

from capture.platforms.generic.data import read as read_common
from capture.platforms.pagedata import Object, is_true, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost


def read(data: object) -> Told:
    """The accounts and posts in one answer."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        if post := _status(each, None):
            posts.append(post)
        inner, by = each.get("reblog"), _author(each)
        if by and isinstance(inner, dict) and (shared := _status(inner, by)):
            posts.append(shared)
        if account := _account(each):
            accounts.append(account)
    if posts or accounts:
        return Told(tuple(posts), tuple(accounts))
    return read_common(data)


def _status(each: Object, shared_by: ToldAccount | None) -> ToldPost | None:
    identity, author = name(each.get("id")), _author(each)
    time = moment(each.get("created_at"))
    if identity is None or author is None or time is None or "reblog" not in each:
        return None
    if isinstance(each["reblog"], dict):
        return None  # the wrapping alone: what it passes on is told by itself
    handle, _, server = (author.name or "").partition("@")
    fields = {"handle": handle, "post": identity}
    if server:
        fields = {"handle": handle, "server": server, "copy": identity}
    text, pinned = words(each.get("content")), is_true(each.get("pinned"))
    return ToldPost(identity, author, fields, None, time, text, pinned, shared_by)


def _author(each: Object) -> ToldAccount | None:
    account = each.get("account")
    return _account(account) if isinstance(account, dict) else None


def _account(each: Object) -> ToldAccount | None:
    identity, handle = name(each.get("id")), name(each.get("acct"))
    return ToldAccount({"account": identity}, handle) if identity and handle else None
