"""What other sites' data say, by the names that are common, and no further than is safe.

JSON-LD: ``ProfilePage`` with ``mainEntity`` (schema.org/ProfilePage; its use for profiles:
developers.google.com/search/docs/appearance/structured-data/profile-page). Else: an object with an
ID and a handle is an account; one with an ID, a time and an account as its author is a post. Such
a post has no permalink unless its object says one: none is ever put together from parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from capture.platforms.pagedata import Object, is_true, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost

_IDS = ("id", "identifier", "uuid", "did", "pk", "user_id", "userId", "account_id", "accountId")
_HANDLES = (
    *("handle", "acct", "username", "screen_name", "userName", "uniqueId", "login"),
    *("preferredUsername", "alternateName", "user_name"),
)
_AUTHORS = ("account", "author", "user", "owner", "creator", "actor", "attributedTo")
_TIMES = ("created_at", "createdAt", "published", "datePublished", "published_at", "createTime")
_TEXTS = ("text", "content", "body", "title", "name")
_LINKS = ("permalink", "url", "link", "html_url")
_SHARED = ("repost", "reblog", "reposted", "retweeted_status", "shared_post", "repost_of")
_PROFILE = "ProfilePage"
_AUTHOR_ATTRIBUTES = (
    *("data-account", "data-account-id", "data-author", "data-author-id", "data-user"),
    *("data-user-id", "data-userid", "data-uid"),
)
_POST_ATTRIBUTES = ("data-post", "data-post-id", "data-postid", "data-status-id", "data-id")


def read(data: object) -> Told:
    """The accounts and posts in one answer or page, and whose page it is."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        posts += _posts(each)
        if account := _account(each):
            accounts.append(account)
    return Told(tuple(posts), tuple(accounts), read_linked(data).owner)


def read_linked(data: object) -> Told:
    """Whose profile a page is, by its JSON-LD."""
    for each in objects(data):
        main = each.get("mainEntity")
        if _is_profile(each.get("@type")) and isinstance(main, dict):
            owner = _account(main)
            return Told(accounts=(owner,) if owner else (), owner=owner)
    return Told()


def read_attributes(attributes: Mapping[str, str]) -> ToldPost | None:
    """The author's ID, where an attribute around the post has it, and the post's own."""
    author, post = _said(attributes, _AUTHOR_ATTRIBUTES), _said(attributes, _POST_ATTRIBUTES)
    return ToldPost(post or "", ToldAccount({"account": author})) if author else None


def _said(attributes: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((found for each in names if (found := name(attributes.get(each)))), None)


def _posts(each: Object) -> list[ToldPost]:
    inner = next((each[key] for key in _SHARED if isinstance(each.get(key), dict)), None)
    by = _author(each)
    if isinstance(inner, dict):
        shared = _post(inner, by)
        return [shared] if shared and by else []
    post = _post(each, None)
    return [post] if post else []


def _post(each: Object, shared_by: ToldAccount | None) -> ToldPost | None:
    identity, author, time = _first(each, _IDS), _author(each), _time(each)
    if identity is None or author is None or time is None:
        return None
    return ToldPost(
        identity,
        author,
        url=_first(each, _LINKS),
        time=time,
        text=next((said for key in _TEXTS if (said := words(each.get(key)))), ""),
        is_pinned=is_true(each.get("pinned")) or is_true(each.get("is_pinned")),
        shared_by=shared_by,
    )


def _author(each: Object) -> ToldAccount | None:
    found = (each.get(key) for key in _AUTHORS)
    inner = next((value for value in found if isinstance(value, dict)), None)
    return _account(inner) if inner is not None else None


def _account(each: Object) -> ToldAccount | None:
    identity, handle = _first(each, _IDS), _first(each, _HANDLES)
    return ToldAccount({"account": identity}, handle) if identity and handle else None


def _time(each: Object) -> str | None:
    return next((time for key in _TIMES if (time := moment(each.get(key)))), None)


def _first(each: Object, keys: Iterable[str]) -> str | None:
    return next((found for key in keys if (found := name(each.get(key)))), None)


def _is_profile(kind: object) -> bool:
    return kind == _PROFILE or (isinstance(kind, list) and _PROFILE in kind)
