"""What a walk is told by the site's data, beside what it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from capture.platforms.address import read_address
from capture.platforms.identity import Identity, identify
from capture.platforms.told import Told, ToldPost
from capture.timeline.account import Account
from capture.timeline.sighting import Author, Own

POSTS_AT_MOST = 200_000


@dataclass
class Book:
    """The posts that the data told of, by the IDs in their permalinks. `now_us` is the present."""

    account: Account
    now_us: int
    _posts: dict[str, ToldPost | None] = field(default_factory=dict)

    def hear(self, values: Iterable[object], *, of_page: bool = False) -> bool:
        """Take it down; `of_page`: it stands in the page itself. Whether it says that the page, or
        the account's name, is somebody else's."""
        is_anothers = False
        for value in values:
            told = self.account.home.platform.read_data(value)
            if of_page and told.owner:
                is_anothers |= self.account.hears(told.owner, is_owner=True)
            is_anothers |= self._accounts(told)
            for post in told.posts:
                self._note(post)
        return is_anothers

    def of(self, post: Identity) -> ToldPost | None:
        """What the data say of a post that the page shows."""
        if post.ids:
            names = [*post.ids.values()][::-1]
        else:
            address = read_address(post.canonical_url)
            names = list(address.segments[::-1]) if address else []
        return next((told for each in names if (told := self._posts.get(each))), None)

    def author(self, told: ToldPost) -> Author:
        """Who wrote it."""
        return Author(self.account.key_of(told.author), told.author.name)

    def is_shared(self, told: ToldPost) -> bool:
        """Whether the account passed on what somebody else wrote."""
        if told.shared_by is None or self.account.owns(self.author(told)) is Own.YES:
            return False
        by = Author(self.account.key_of(told.shared_by), told.shared_by.name)
        return self.account.owns(by) is Own.YES

    def not_shown(self) -> Iterator[tuple[Identity, ToldPost]]:
        """The posts with a permalink that are by their IDs the account's, or passed on by it."""
        if self.account.key is None:
            return
        for told in list(self._posts.values()):
            post = self._identity(told) if told is not None and self._is_its(told) else None
            if told is not None and post is not None:
                yield post, told

    def own(self) -> Iterator[str]:
        """The account's own posts that the data told of, by `twin_of`."""
        key = self.account.key
        for told in self._posts.values() if key else ():
            if told is not None and told.author.ids and self.account.key_of(told.author) == key:
                yield twin_of(key or "", told.id)

    def _accounts(self, told: Told) -> bool:
        named = [*told.accounts, *(post.author for post in told.posts)]
        return sum(self.account.hears(each) for each in named) > 0

    def _note(self, post: ToldPost) -> None:
        known = self._posts.get(post.id)
        if known is None:
            if post.id not in self._posts and len(self._posts) < POSTS_AT_MOST:
                self._posts[post.id] = post
        elif self.account.key_of(known.author) != self.account.key_of(post.author):
            self._posts[post.id] = None  # an ID that means two posts says nothing of either
        else:
            self._posts[post.id] = replace(
                post,
                is_pinned=known.is_pinned or post.is_pinned,
                shared_by=known.shared_by or post.shared_by,
            )

    def _is_its(self, told: ToldPost) -> bool:
        is_own = self.account.key_of(told.author) == self.account.key
        by = self.account.key_of(told.shared_by) if told.shared_by else None
        return is_own or (by is not None and by == self.account.key)

    def _identity(self, told: ToldPost) -> Identity | None:
        platform = self.account.home.platform
        address = read_address(self.account.home.canonical_url)
        origin = address.origin if address else ""
        url = platform.permalink(**told.fields) if told.fields else None
        if told.fields and url is None:
            url = platform.permalink(**told.fields, _origin=origin)
        if url is None and told.url:
            url = _joined(origin, told.url)
        found = identify(url, self.now_us) if url else None
        if found is None or found.platform is not platform:
            return None
        if not found.certain and not found.canonical_url.startswith(origin + "/"):
            return None
        return found if found.kind.is_permalink or not platform.shapes else None


def twin_of(author: str, post: str) -> str:
    """What tells a post apart by IDs alone: its author's key and its ID among all posts."""
    return f"{author} {post}"


def _joined(origin: str, url: str) -> str | None:
    try:
        return urljoin(origin + "/", url)
    except ValueError:
        return None
