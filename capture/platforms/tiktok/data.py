"""What TikTok says: ``__UNIVERSAL_DATA_FOR_REHYDRATION__`` in the HTML, ``item_list`` answers.

The account's page has ``webapp.user-detail.userInfo.user`` with ``id``, ``secUid`` and
``uniqueId``; ``secUid`` is what stays and what URLs can hold, ``uniqueId`` is the handle. The grid
comes as ``itemList``: items with ``id``, ``createTime``, ``author``, sometimes ``isPinnedItem``,
and ``imagePost`` where they are photographs. TikTok publishes none of this. Source: yt-dlp's
``extractor/tiktok.py``; ``isPinnedItem`` and ``imagePost`` by projects that read the same data.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, is_true, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost


def read(data: object) -> Told:
    """The accounts and posts in one answer or page."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        if post := _post(each):
            posts.append(post)
        if account := _account(each):
            accounts.append(account)
    owner = at(data, "__DEFAULT_SCOPE__", "webapp.user-detail", "userInfo", "user")
    return Told(tuple(posts), tuple(accounts), _account(owner) if isinstance(owner, dict) else None)


def _post(each: Object) -> ToldPost | None:
    identity, time = name(each.get("id")), moment(each.get("createTime"))
    author = each.get("author")
    told = _account(author) if isinstance(author, dict) else None
    if identity is None or time is None or told is None or told.name is None:
        return None
    kind = "post" if isinstance(each.get("imagePost"), dict) else "video"
    return ToldPost(
        identity,
        told,
        {"handle": told.name, kind: identity},
        time=time,
        text=words(each.get("desc")),
        is_pinned=is_true(each.get("isPinnedItem")),
    )


def _account(each: Object) -> ToldAccount | None:
    stays, number = name(each.get("secUid")), name(each.get("id"))
    handle = name(each.get("uniqueId"))
    if stays is None or handle is None:
        return None
    return ToldAccount({"account": stays} | ({"number": number} if number else {}), handle)
