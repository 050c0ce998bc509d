"""Simulated platforms: where somebody posts, each with another way to get at the older posts.

    with Platforms() as platforms:
        account = platforms.scroll.open_account("grimwald", posts=300, pinned=2, reposts=10)
        find_everything(account.url)
        for post in account.truth():
            print(post.url, post.time, post.repost_of, post.deleted_at)

`options` has all that a test can order of an account.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from .account import Account, Post, Repost
from .options import Ending, OldHandle, Options, State
from .pages import Pages
from .platform import Platform
from .scroll import Scroll
from .sessions import Session
from .truth import TruthPost

__all__ = [
    "Account",
    "Ending",
    "OldHandle",
    "Options",
    "Pages",
    "Platform",
    "Platforms",
    "Post",
    "Repost",
    "Scroll",
    "Session",
    "State",
    "TruthPost",
]


class Platforms:
    """All platforms, each on an origin of its own, running between `with` and its end."""

    def __init__(self) -> None:
        self.scroll = Scroll()
        self.pages = Pages()
        self._stack = ExitStack()

    @property
    def all(self) -> list[Platform]:
        """Every platform."""
        return [self.scroll, self.pages]

    def __enter__(self) -> Self:
        for platform in self.all:
            self._stack.enter_context(platform)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)
