"""From what stands around a permalink to a `Sighting`. Pure: no browser, no network."""

from __future__ import annotations

import re

from capture.platforms.identity import Identity
from capture.platforms.timeline import Timeline
from capture.timeline.account import Account
from capture.timeline.looking import Card
from capture.timeline.sighting import Author, Own, Sighting


def sighting(post: Identity, card: Card, account: Account, now_us: int) -> Sighting:
    """What the timeline of `account` shows of `post`. `now_us`: microseconds since 1970."""
    timeline = post.platform.timeline
    authors = account.authors_in((url for url, _ in card.links), post.canonical_url, now_us)
    is_repost = _says(timeline.repost, card)
    author = _author(post, timeline, account, authors, is_repost=is_repost)
    own = account.owns(author)
    return Sighting(
        url=post.canonical_url,
        key=post.key,
        ids=post.ids,
        names=post.names,
        author=author,
        own=own,
        is_repost=is_repost and own is not Own.YES,
        is_pinned=_says(timeline.pinned, card),
        shown_time=card.shown or None,
        datetime=card.time or None,
        text=card.text,
    )


def _author(
    post: Identity,
    timeline: Timeline,
    account: Account,
    authors: list[Author],
    *,
    is_repost: bool,
) -> Author:
    """Who wrote it: as the permalink says, else the first account named; of what was passed on,
    the first that is not whoever passed it on."""
    handle = post.names.get("handle")
    if handle and timeline.names_author:
        same = (each for each in authors if each.name and each.name.casefold() == handle.casefold())
        return next(same, Author(None, handle))
    if is_repost:
        others = (each for each in authors if account.owns(each) is Own.NO)
        return next(others, Author())
    return authors[0] if authors else Author()


def _says(pattern: re.Pattern[str], card: Card) -> bool:
    return bool(
        pattern.search(card.head)
        or pattern.search(card.hints)
        or pattern.search(card.classes.replace("-", " ").replace("_", " "))
    )
