"""Murmur's accounts and posts: who said what, made from a seed, and changed by tests at will.

Accounts have a permanent numeric ID and a handle that may change. A post's ID holds its time, as
on other networks: milliseconds since 2020-01-01T00:00:00Z, shifted left by 22 bits, plus a counter.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import secrets
from dataclasses import dataclass, field

from . import words

EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)  # everything was posted before this
PAGE = 20
COOKIE = "murmur_session"
PASSWORD = "lake-house-7"  # everybody's


@dataclass
class Account:
    """Somebody on the network."""

    id: int
    handle: str
    name: str
    bio: str
    joined: dt.datetime
    followers: int
    suspended: bool = False


@dataclass
class Media:
    """Something attached to a post: kind is 'photo', 'video' or 'audio'."""

    kind: str
    path: str
    alt: str = ""


@dataclass
class Post:
    """One post; `reply_to` is the ID of the post that it answers."""

    id: int
    account_id: int
    text: str
    reply_to: int | None = None
    media: list[Media] = field(default_factory=list)
    likes: int = 0
    reposts: int = 0
    pinned: bool = False
    edited: bool = False
    private: bool = False

    @property
    def time(self) -> dt.datetime:
        """When it was posted, as its ID says."""
        return EPOCH + dt.timedelta(milliseconds=self.id >> 22)


def snowflake(time: dt.datetime, counter: int = 0) -> int:
    """The ID of a post of that time."""
    return (time - EPOCH) // dt.timedelta(milliseconds=1) << 22 | counter


class Network:
    """All accounts and posts. The same seed gives the same network."""

    def __init__(self, seed: int = 1) -> None:
        self.accounts: dict[int, Account] = {}
        self.posts: dict[int, Post] = {}
        self.deleted: dict[int, Post] = {}
        self.sessions: dict[str, int] = {}
        self._chance = random.Random(seed)
        self._counter = 0
        for number, (handle, name, bio, count) in enumerate(words.PEOPLE):
            account = self.add_account(handle, name, bio, number=number)
            self._fill(account, count, number)
        self._reply()
        self._write_letters()

    def add_account(
        self, handle: str, name: str, bio: str = "", number: int | None = None
    ) -> Account:
        """A new account; its ID never changes."""
        number = len(self.accounts) if number is None else number
        joined = EPOCH + dt.timedelta(days=30 + 97 * number)
        followers = self._chance.randrange(40, 9_000)
        account = Account(1_000_003 + 7_919 * number, handle, name, bio, joined, followers)
        self.accounts[account.id] = account
        return account

    def add_post(
        self,
        account: Account,
        text: str,
        *,
        time: dt.datetime | None = None,
        reply_to: int | None = None,
        media: list[Media] | None = None,
    ) -> Post:
        """A new post, now unless a time is given."""
        self._counter += 1
        identity = snowflake(time or dt.datetime.now(dt.UTC), self._counter & 0xFFF)
        likes, reposts = self._chance.randrange(0, 400), self._chance.randrange(0, 60)
        post = Post(identity, account.id, text, reply_to, list(media or []), likes, reposts)
        self.posts[identity] = post
        return post

    def delete_post(self, identity: int) -> None:
        """From now on its page says that it was deleted."""
        self.deleted[identity] = self.posts.pop(identity)

    def edit_post(self, identity: int, text: str) -> None:
        """Change its text; the page says 'edited'."""
        self.posts[identity] = dataclasses.replace(self.posts[identity], text=text, edited=True)

    def rename(self, account_id: int, handle: str) -> None:
        """Give the account another handle; the old one leads nowhere."""
        self.accounts[account_id].handle = handle

    def log_in(self, handle: str) -> str:
        """A new session's cookie value."""
        account = self.account(handle)
        if account is None:
            raise KeyError(handle)
        token = secrets.token_urlsafe(24)
        self.sessions[token] = account.id
        return token

    def visitor(self, cookies: dict[str, str]) -> Account | None:
        """Who is logged in with these cookies."""
        identity = self.sessions.get(cookies.get(COOKIE, ""))
        return self.accounts.get(identity) if identity else None

    def suspend(self, account_id: int) -> None:
        """Take the account off the network."""
        self.accounts[account_id].suspended = True

    def account(self, handle: str) -> Account | None:
        """Who has this handle now."""
        return next((a for a in self.accounts.values() if a.handle == handle), None)

    def posts_of(self, account_id: int) -> list[Post]:
        """What everybody may see of an account: newest first, the pinned one before all."""
        own = [p for p in list(self.posts.values()) if p.account_id == account_id and not p.private]
        return sorted(own, key=lambda post: (post.pinned, post.id), reverse=True)

    def page_of(self, account_id: int, before: int | None) -> tuple[list[Post], int | None]:
        """Twenty posts older than `before`, and the ID to go on with (None at the end)."""
        own = self.posts_of(account_id)
        if before is not None:
            own = [post for post in own if post.id < before and not post.pinned]
        chunk = own[:PAGE]
        return chunk, chunk[-1].id if len(own) > PAGE else None

    def replies(self, identity: int) -> list[Post]:
        """Answers to a post, oldest first."""
        found = [post for post in list(self.posts.values()) if post.reply_to == identity]
        return sorted(found, key=lambda post: post.id)

    def ancestors(self, post: Post) -> list[Post]:
        """What the post answers, from the first post of the thread on."""
        chain: list[Post] = []
        while post.reply_to in self.posts:
            post = self.posts[post.reply_to]
            chain.insert(0, post)
        return chain

    def link(self, post: Post) -> str:
        """The permalink's path, by the handle of today."""
        return f"/@{self.accounts[post.account_id].handle}/post/{post.id}"

    def _fill(self, account: Account, count: int, number: int) -> None:
        time = NOW - dt.timedelta(hours=5 + number)
        for index in range(count):
            text = words.sentence(self._chance, hostile=account.handle == words.HARASSER)
            self.add_post(account, text, time=time, media=self._media(number, index))
            time -= dt.timedelta(minutes=self._chance.randrange(40, 3_000))
        newest = self.posts_of(account.id)
        if len(newest) > 10:
            newest[7].pinned = True

    def _media(self, number: int, index: int) -> list[Media]:
        seed = number * 1_000 + index
        match index % 7:
            case 1 | 4:
                return [Media("photo", f"/media/photo/{seed}-640x420.jpg", "A landscape")]
            case 2:
                return [
                    Media("photo", f"/media/photo/{seed + 500}-420x420.jpg", "One of a series"),
                    Media(
                        "photo", f"/media/photo/{seed + 600}-420x420.jpg", "Another of the series"
                    ),
                ]
            case 5 if index % 3 == 2:
                return [Media("video", f"/media/clip/{number}.webm", "A short clip")]
            case 6 if index % 5 == 1:
                return [Media("audio", f"/media/tone/{number}.wav", "A voice message")]
        return []

    def _reply(self) -> None:
        """Threads: the first people's posts get answers, and the answers get answers."""
        people = list(self.accounts.values())
        for target in self.posts_of(people[0].id)[4:16]:
            parent, time = target, target.time
            for depth in range(self._chance.randrange(2, 6)):
                author = people[(depth * 3 + 1) % len(people)]
                time += dt.timedelta(minutes=self._chance.randrange(3, 300))
                hostile = author.handle == words.HARASSER
                text = words.sentence(self._chance, hostile=hostile)
                answer = self.add_post(author, text, time=time, reply_to=parent.id)
                parent = answer if self._chance.random() < 0.5 else target

    def _write_letters(self) -> None:
        """Private messages, which only those who are logged in may read."""
        author = self.account(words.HARASSER)
        if author is None:
            return
        for number, text in enumerate(words.LETTERS):
            time = NOW - dt.timedelta(days=3, hours=number)
            self.add_post(author, text, time=time).private = True
