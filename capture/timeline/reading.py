"""From what is shown and told of a post to a `Sighting`. Pure: no browser, no network."""

from __future__ import annotations

import re

from capture.platforms.identity import Identity
from capture.platforms.timeline import Timeline
from capture.platforms.told import ToldPost
from capture.timeline.account import Account, fold
from capture.timeline.looking import Card
from capture.timeline.sighting import Author, Own, Sighting
from capture.timeline.telling import Book


def sighting(post: Identity, card: Card, book: Book, now_us: int) -> Sighting:
    """What the timeline of the book's account shows of `post`; where its data say more, that.

    `now_us`: microseconds since 1970.
    """
    account, timeline = book.account, post.platform.timeline
    told = book.of(post)
    authors = account.authors_in((url for url, _ in card.links), post.canonical_url, now_us)
    is_repost = _says(timeline.repost, card)
    author = _author(post, timeline, account, authors, is_repost=is_repost)
    author = _surer(author, book, told, post.platform.read_attributes(card.attributes))
    own = account.owns(author)
    return Sighting(
        url=post.canonical_url,
        key=post.key,
        ids=post.ids,
        names=post.names,
        author=author,
        own=own,
        is_repost=own is not Own.YES and (is_repost or (told is not None and book.is_shared(told))),
        is_pinned=_says(timeline.pinned, card) or (told is not None and told.is_pinned),
        shown_time=card.shown or None,
        datetime=card.time or (told.time if told else None),
        text=card.text,
    )


def sighting_in_data(post: Identity, told: ToldPost, book: Book) -> Sighting:
    """What only the data of a timeline tell."""
    author = book.author(told)
    own = book.account.owns(author)
    return Sighting(
        url=post.canonical_url,
        key=post.key,
        ids=post.ids,
        names=post.names,
        author=author,
        own=own,
        is_repost=own is not Own.YES and book.is_shared(told),
        is_pinned=told.is_pinned,
        shown_time=None,
        datetime=told.time,
        text=told.text,
    )


def _surer(author: Author, book: Book, told: ToldPost | None, marked: ToldPost | None) -> Author:
    """The same author with the ID that the data have, or another where the data know better."""
    if told is not None and (told.author.ids or told.author.name):
        by = book.author(told)
        return Author(by.key, by.name or author.name)
    key = book.account.key_of(marked.author) if marked is not None else None
    return Author(key, author.name) if key else author


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
        same = (each for each in authors if each.name and fold(each.name) == fold(handle))
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
