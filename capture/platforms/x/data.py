"""What X's GraphQL answers say (``UserTweets``, ``UserTweetsAndReplies``, ``UserByScreenName``).

A post is an object with ``rest_id``, ``legacy`` and ``core.user_results.result``; what was reposted
lies in ``legacy.retweeted_status_result.result``, and the pinned post in an instruction of the type
``TimelinePinEntry``. Of a user, ``rest_id`` stays; ``screen_name`` is in ``legacy``, lately in
``core``. X publishes none of this. Source: github.com/trevorhobenshield/twitter-api-client
(``examples/example_responses.md``) and the extractor of yt-dlp (``extractor/twitter.py``).
"""

from __future__ import annotations

from capture.platforms.pagedata import Object, at, moment, name, objects, words
from capture.platforms.told import Told, ToldAccount, ToldPost


def read(data: object) -> Told:
    """The accounts and posts in one answer."""
    pinned: set[str] = set()
    posts: list[ToldPost] = []
    accounts: list[ToldAccount] = []
    for each in objects(data):
        if each.get("type") == "TimelinePinEntry":
            pinned |= {post.id for inner in objects(each.get("entry")) for post in _posts(inner)}
        posts += _posts(each)
        if account := _account(each):
            accounts.append(account)
    marked = (_pinned(post) if post.id in pinned else post for post in posts)
    return Told(tuple(marked), tuple(accounts))


def _posts(each: Object) -> list[ToldPost]:
    identity, legacy = name(each.get("rest_id")), each.get("legacy")
    author = _author(each)
    if identity is None or author is None or not isinstance(legacy, dict):
        return []
    inner = at(legacy, "retweeted_status_result", "result")
    if isinstance(inner, dict):
        inner = inner.get("tweet", inner)
        return [
            ToldPost(post.id, post.author, post.fields, None, post.time, post.text, False, author)
            for post in (_posts(inner) if isinstance(inner, dict) else [])[:1]
        ]
    fields = {"handle": author.name, "post": identity} if author.name else {"post": identity}
    return [
        ToldPost(
            identity,
            author,
            fields,
            time=moment(legacy.get("created_at")),
            text=words(legacy.get("full_text")),
        )
    ]


def _author(each: Object) -> ToldAccount | None:
    result = at(each, "core", "user_results", "result")
    return _account(result) if isinstance(result, dict) else None


def _account(each: Object) -> ToldAccount | None:
    identity = name(each.get("rest_id"))
    handle = name(at(each, "core", "screen_name")) or name(at(each, "legacy", "screen_name"))
    if identity is None or handle is None:
        return None
    return ToldAccount({"account": identity}, handle)


def _pinned(post: ToldPost) -> ToldPost:
    return ToldPost(
        post.id, post.author, post.fields, post.url, post.time, post.text, True, post.shared_by
    )
