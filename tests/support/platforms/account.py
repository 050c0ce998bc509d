"""An account, its posts, and what a test can do to them while somebody looks."""

from __future__ import annotations

import datetime as dt
import random
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..site import words
from .options import OldHandle, Options
from .threads import thread
from .truth import TruthPost

if TYPE_CHECKING:
    from .platform import Platform


def now() -> dt.datetime:
    """The time, to the millisecond as IDs hold it."""
    time = dt.datetime.now(dt.UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


@dataclass(eq=False)
class Post:
    """A post; `texts` are all that it ever said, with the time from which on, the last is now's."""

    id: str
    account: Account = field(repr=False)
    time: dt.datetime
    texts: list[tuple[dt.datetime, str]]
    reply_to: Post | None = field(default=None, repr=False)
    pinned: bool = False
    picture: str | None = None
    deleted_at: dt.datetime | None = None
    replies: list[Post] | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """What it says now."""
        return self.texts[-1][1]

    @property
    def edited_at(self) -> dt.datetime | None:
        """When it was last edited."""
        return self.texts[-1][0] if len(self.texts) > 1 else None


@dataclass(eq=False)
class Repost:
    """A post of somebody else that an account showed to its readers; it has an ID of its own."""

    id: str
    original: Post
    time: dt.datetime


@dataclass(eq=False)
class Account:
    """Somebody on a platform: the ID is permanent, the handle is not."""

    platform: Platform = field(repr=False)
    id: str
    handle: str
    name: str
    options: Options
    number: int
    bio: str = ""
    former_handles: list[str] = field(default_factory=list)
    requests: int = 0
    version: int = 0
    _posts: list[Post] | None = field(default=None, repr=False)
    _reposts: list[Repost] = field(default_factory=list, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def posts(self) -> list[Post]:
        """Its own posts, newest first, the deleted ones among them; made when first asked for."""
        with self._lock:
            if self._posts is None:
                self._posts = []
                self._fill()
            return self._posts

    @property
    def reposts(self) -> list[Repost]:
        """What it reposted, newest first."""
        return self._reposts if self.posts is not None else []

    @property
    def url(self) -> str:
        """Its page, by the handle of today."""
        return self.platform.url(self.platform.account_path(self))

    def say(self, text: str, *, time: dt.datetime | None = None, to: Post | None = None) -> Post:
        """A new post, now unless a time is given."""
        with self._lock:
            posts, when = self.posts, time or now()
            post = Post(self.platform.post_id(self, when), self, when, [(when, text)], to)
            posts.insert(0, post)
            self.platform.remember(post)
            self.version += 1
            return post

    def delete(self, post: Post) -> None:
        """From now on it is in no timeline, and its page says that it was deleted."""
        post.deleted_at = now()
        self.version += 1

    def edit(self, post: Post, text: str) -> None:
        """Change what it says; its page says 'edited'."""
        post.texts.append((now(), text))
        self.version += 1

    def rename(self, handle: str, old: OldHandle = OldHandle.REDIRECTS) -> None:
        """Give it another handle; its ID stays."""
        self.platform.rename(self, handle, old)

    def change(self, **options: Any) -> None:
        """Let it behave otherwise from now on, e.g. ``state=State.SUSPENDED``."""
        self.options = replace(self.options, **options)
        self.version += 1

    def truth(self) -> list[TruthPost]:
        """Everything that was ever on its timeline as its own or reposted, newest first."""
        rows = [TruthPost.of(post) for post in self.posts]
        rows += [TruthPost.of_repost(repost) for repost in self.reposts]
        return sorted(rows, key=lambda row: row.shown_at, reverse=True)

    def thread(self, post: Post) -> list[TruthPost]:
        """All that stands on the page of a post, from above to below, the post among them."""
        above, below = thread(post)
        return [TruthPost.of(one) for one in (*above, post, *below)]

    def _fill(self) -> None:
        """Posts of the past, oldest first, so that IDs grow with time."""
        options, chance = self.options, random.Random(f"{self.platform.name}/{self.id}")
        count = options.posts
        steps = [chance.randrange(60_000, 14_400_000) for _ in range(count)]  # milliseconds
        time = self.platform.began - dt.timedelta(milliseconds=sum(steps) + 3_600_000)
        for number, step in enumerate(steps):
            time += dt.timedelta(milliseconds=step)
            self._add_past(number, time, chance)
            if options.reposts and number % max(1, count // options.reposts) == 0:
                self._add_repost(number, time + dt.timedelta(seconds=20))
        posts = self._posts or []
        for post in posts[len(posts) // 2 :][: options.pinned]:
            post.pinned = True

    def _add_past(self, number: int, time: dt.datetime, chance: random.Random) -> None:
        text = f"{words.sentence(chance, hostile=self.handle == words.HARASSER)} ({number + 1})"
        post = self.say(text, time=time)
        every = self.options.answers_every
        if every and number % every == every - 1:
            older = self.posts[1] if number % 2 and number else None
            post.reply_to = older or self.platform.others.post(number)
        if self.options.pictures_every and number % self.options.pictures_every == 0:
            post.picture = f"/media/{self.number}-{number}.jpg"

    def _add_repost(self, number: int, time: dt.datetime) -> None:
        if len(self._reposts) < self.options.reposts:
            original = self.platform.others.post(1_000_000 + number)
            self._reposts.insert(0, Repost(self.platform.post_id(self, time), original, time))
