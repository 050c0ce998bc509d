"""What a timeline shows, in which order, and how it goes on.

The items of a timeline are counted from its end, so that a place in it stays the same when
something new is posted; deleted posts keep their place and are not shown. Numbered pages count what
is visible from the top instead, as such sites do: what is deleted meanwhile makes the rest move up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from .account import Account, Post, Repost
from .options import Ending

Kind = Literal["own", "pinned", "repost", "again", "suggestion"]


@dataclass(frozen=True)
class Item:
    """One thing shown; `repost` is set where the account only reposted it."""

    kind: Kind
    post: Post
    repost: Repost | None = None


@dataclass(frozen=True)
class Slice:
    """What one request gets; `rest` says where to go on (None: nowhere)."""

    items: list[Item]
    rest: int | None


class Timeline:
    """The timeline of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._made: tuple[int, list[Item]] = (-1, [])

    def items(self) -> list[Item]:
        """All of it, once, deleted posts included."""
        account = self.account
        account.posts  # noqa: B018 - makes them
        if self._made[0] != account.version:
            version = account.version
            self._made = (version, self._suggested(_doubled(account, _plain(account))))
        return self._made[1]

    def visible(self) -> list[Item]:
        """What is not deleted."""
        return [item for item in self.items() if _is_there(item)]

    def after(self, rest: int | None, size: int) -> Slice:
        """The next items by cursor: `rest` is how many were left (None: from the top)."""
        items = self.items()
        if not any(map(_is_there, items)):
            return Slice([], None)
        start = self.given(rest)
        ending = self.account.options.ending
        chunk: list[Item] = []
        index = start
        while len(chunk) < size and (index < len(items) or ending is not Ending.ENDS):
            if index >= len(items) and ending is Ending.LOOPS:
                break
            item = self._at(items, index)
            index += 1
            if _is_there(item):
                chunk.append(item)
        over = index >= len(items)
        if over and ending is Ending.ENDS:
            return Slice(self._shuffled(chunk), None)
        left = len(items) if over and ending is Ending.LOOPS else len(items) - index
        return Slice(self._shuffled(chunk), left)

    def given(self, rest: int | None) -> int:
        """How many items stand before that place."""
        return 0 if rest is None else len(self.items()) - rest

    def page(self, number: int, size: int) -> Slice:
        """A page by its number, from 1; `rest` is the number of the next one."""
        options, shown = self.account.options, self.visible()
        if options.reorders:
            shown = self._mixed(shown, size + 7)
        start, ending = (number - 1) * size, options.ending
        if ending is Ending.ENDS or start + size <= len(shown) or not shown:
            chunk = shown[start : start + size]
            more = start + size < len(shown) or (ending is not Ending.ENDS and bool(shown))
            return Slice(chunk, number + 1 if more else None)
        if ending is Ending.LOOPS:
            return Slice(shown[start : start + size], 1)
        places = range(start, start + size)
        return Slice([self._at(shown, place) for place in places], number + 1)

    def _at(self, items: list[Item], index: int) -> Item:
        if index < len(items):
            return items[index]
        if self.account.options.ending is Ending.SUGGESTS or not items:
            return Item("suggestion", self.account.platform.others.suggestion(self.account, index))
        return items[index % len(items)]

    def _shuffled(self, chunk: list[Item]) -> list[Item]:
        return self._mixed(chunk, len(chunk)) if self.account.options.reorders else chunk

    def _mixed(self, items: list[Item], width: int) -> list[Item]:
        """Another order within each `width` items, a new one for each request."""
        chance, mixed = random.Random(self.account.requests), list[Item]()
        for start in range(0, len(items), max(width, 1)):
            part = items[start : start + width]
            mixed += chance.sample(part, len(part))
        return mixed

    def _suggested(self, items: list[Item]) -> list[Item]:
        options = self.account.options
        every = options.suggestions_every or (10 if options.look_alike else 0)
        if not every:
            return items
        mixed: list[Item] = []
        for place, item in enumerate(items, start=1):
            mixed.append(item)
            if place % every == 0:
                post = self.account.platform.others.suggestion(self.account, place)
                mixed.append(Item("suggestion", post))
        return mixed


def _is_there(item: Item) -> bool:
    return item.post.deleted_at is None


def _plain(account: Account) -> list[Item]:
    """The pinned ones, then everything by its time, newest first."""
    own = [(post.time, Item("own", post)) for post in account.posts]
    own += [(again.time, Item("repost", again.original, again)) for again in account.reposts]
    own.sort(key=lambda pair: pair[0], reverse=True)
    pinned = [Item("pinned", post) for post in account.posts if post.pinned]
    return pinned + [item for _, item in own]


def _doubled(account: Account, items: list[Item]) -> list[Item]:
    """Every nth item once more, three items later."""
    every = account.options.duplicates_every
    if not every:
        return items
    doubled: list[Item] = []
    for place, item in enumerate(items):
        doubled.append(item)
        if place >= 3 and (place - 3) % every == 0:
            earlier = items[place - 3]
            doubled.append(Item("again", earlier.post, earlier.repost))
    return doubled
