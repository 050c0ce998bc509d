"""What Reddit's listings say (``…/.json``): things of kind ``t3`` (posts) and ``t1`` (comments).

``data`` holds ``id``, ``author``, ``author_fullname`` (the account's permanent ID, ``t2_…``),
``created_utc``, ``permalink``, ``stickied`` or ``pinned``, and ``crosspost_parent_list``. Source:
Reddit's API documentation (www.reddit.com/dev/api, *fullnames* and *listings*) and PRAW's
documentation of its models. A crosspost is a post of its own by whoever made it.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, is_true, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost

_AT = "https://www.reddit.com"


def read(data: object) -> Told:
    """The accounts and posts in one listing."""
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        thing = each.get("data")
        if not isinstance(thing, dict):
            continue
        kind = name(each.get("kind"))
        if kind in {"t1", "t3"} and (post := _post(thing)):
            posts.append(post)
        if kind == "t2" and (account := _account(thing)):
            accounts.append(account)
    return Told(tuple(posts), (*accounts, *(post.author for post in posts)))


def _post(thing: Object) -> ToldPost | None:
    identity, author = name(thing.get("id")), name(thing.get("author"))
    place, time = name(thing.get("permalink")), moment(thing.get("created_utc"))
    if identity is None or author is None or place is None or time is None:
        return None
    if not place.startswith("/"):
        return None
    stays = name(thing.get("author_fullname"))
    return ToldPost(
        identity,
        ToldAccount({"account": stays} if stays and stays.startswith("t2_") else {}, author),
        url=_AT + place,
        time=time,
        text=words(thing.get("title")) or words(thing.get("body")),
        is_pinned=is_true(thing.get("pinned")),
    )


def _account(thing: Object) -> ToldAccount | None:
    identity, handle = name(thing.get("id")), name(thing.get("name"))
    return ToldAccount({"account": f"t2_{identity}"}, handle) if identity and handle else None
