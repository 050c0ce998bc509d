"""What Instagram's answers say: ``web_profile_info``, and the timeline's own, old and new.

The old form of a post has ``shortcode``, ``owner`` (``id``, ``username``), ``taken_at_timestamp``
and ``pinned_for_users``; the new one ``code``, ``user`` (``pk`` or ``id``, ``username``),
``taken_at`` and ``timeline_pinned_user_ids``. Instagram publishes neither. Source:
github.com/InstaPy/instapy-research (``profile_posts_custom.md``), and Instaloader's
``instaloader/structures.py``.
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, members, moment, name, objects, words
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
    code = name(each.get("shortcode")) or name(each.get("code"))
    time = moment(each.get("taken_at_timestamp")) or moment(each.get("taken_at"))
    owner = each.get("owner") or each.get("user")
    if code is None or time is None or not isinstance(owner, dict):
        return None
    pinned = each.get("pinned_for_users") or each.get("timeline_pinned_user_ids")
    caption = at(members(each, "edge_media_to_caption", "edges"), 0, "node", "text")
    return ToldPost(
        code,
        _account(owner) or ToldAccount(_ids(owner)),
        {"post": code},
        time=time,
        text=words(caption) or words(at(each, "caption", "text")),
        is_pinned=bool(pinned),
    )


def _account(each: Object) -> ToldAccount | None:
    ids, handle = _ids(each), name(each.get("username"))
    return ToldAccount(ids, handle) if ids and handle else None


def _ids(each: Object) -> dict[str, str]:
    identity = name(each.get("pk")) or name(each.get("id"))
    return {"account": identity} if identity and identity.isdecimal() else {}
