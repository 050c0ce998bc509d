"""Everybody else on a platform: who answers, is reposted, and is suggested in between."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from ..site import words
from .account import Account, Post
from .options import Options

if TYPE_CHECKING:
    from .platform import Platform

NOBODY = Options(posts=0)
LIKE = str.maketrans("aeopcx", "аеорсх")  # noqa: RUF001 - Latin letters, and Cyrillic ones


def look_alike(handle: str) -> str:
    """The same to the eye: the first letter that has a Cyrillic twin is replaced by it."""
    for place, letter in enumerate(handle):
        if letter.translate(LIKE) != letter:
            return handle[:place] + letter.translate(LIKE) + handle[place + 1 :]
    return handle + "\u200b"


class Others:
    """Makes their accounts and posts when somebody needs one, and then keeps them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._accounts: list[Account] = []
        self._posts: dict[object, Post] = {}

    def post(self, number: int) -> Post:
        """The post of that number, by one of them."""
        if not self._accounts:
            people = [person for person in words.PEOPLE if person[0] != words.HARASSER]
            self._accounts = [
                self._platform.make_account(f"{handle}_{self._platform.name}", name, NOBODY)
                for handle, name, _, _ in people
            ]
        author = self._accounts[number % len(self._accounts)]
        return self._made(author, ("any", number), number)

    def suggestion(self, account: Account, number: int) -> Post:
        """What the platform suggests in the timeline of `account`."""
        if not account.options.look_alike:
            return self.post(2_000_000 + number)
        handle = look_alike(account.handle)
        twin = self._platform.account(handle)
        if twin is None:
            twin = self._platform.make_account(handle, account.name, NOBODY)
        return self._made(twin, (handle, number), number)

    def replies(self, post: Post) -> list[Post]:
        """What others answered to a post: none, one or two answers, always the same."""
        if post.replies is None:
            is_new = post.time >= self._platform.began
            count = 0 if is_new else random.Random(post.id).randrange(3)
            numbers = [random.Random(f"{post.id}/{n}").randrange(10**9) for n in range(count)]
            post.replies = []
            for number in numbers:
                answer = self._made(self.post(number).account, (post, number), number, to=post)
                post.replies.append(answer)
        return post.replies

    def _made(self, author: Account, key: object, number: int, to: Post | None = None) -> Post:
        if key not in self._posts:
            chance = random.Random(f"{author.handle}/{number}")
            start = to.time if to else self._platform.began - dt.timedelta(days=1_500)
            time = start + dt.timedelta(seconds=1 + number % 3_000)
            text = words.sentence(chance, hostile=False)
            self._posts[key] = author.say(text, time=time, to=to)
        return self._posts[key]
