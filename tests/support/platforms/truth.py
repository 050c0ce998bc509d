"""What really was there, for a test to hold against what was found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from .account import Post, Repost


@dataclass(frozen=True)
class TruthPost:
    """One post of a timeline, as it is at the moment of asking.

    `author_handle`, `author_id`: who wrote it. `repost_of`: None for the account's own; for what
    it only reposted, the author's handle, while `id` and `url` are the original's, and `repost_id`
    is the ID of the reposting. `urls`: all that it ever had by its author's handles, the last is
    `url`. `texts`: all that it ever said, the last is `text`.
    """

    id: str
    url: str
    author_handle: str
    author_id: str
    text: str
    time: dt.datetime
    is_pinned: bool = False
    repost_of: str | None = None
    repost_id: str | None = None
    reposted_at: dt.datetime | None = None
    deleted_at: dt.datetime | None = None
    edited_at: dt.datetime | None = None
    texts: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def shown_at(self) -> dt.datetime:
        """Its place in the timeline."""
        return self.reposted_at or self.time

    @classmethod
    def of(cls, post: Post) -> Self:
        """A post of the account's own."""
        author, platform = post.account, post.account.platform
        handles = (*author.former_handles, author.handle)
        urls = [platform.url(platform.post_path(post, handle)) for handle in handles]
        return cls(
            id=post.id,
            url=urls[-1],
            author_handle=author.handle,
            author_id=author.id,
            text=post.text,
            time=post.time,
            is_pinned=post.pinned,
            deleted_at=post.deleted_at,
            edited_at=post.edited_at,
            urls=tuple(dict.fromkeys(urls)),
            texts=tuple(text for _, text in post.texts),
        )

    @classmethod
    def of_repost(cls, repost: Repost) -> Self:
        """A post of somebody else's."""
        plain = cls.of(repost.original)
        values = {**plain.__dict__, "repost_of": plain.author_handle}
        return cls(**{**values, "repost_id": repost.id, "reposted_at": repost.time})
