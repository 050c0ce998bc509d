"""Simulated platforms: where somebody posts, each with another way to get at the older posts.

    with Platforms() as platforms:
        account = platforms.scroll.open_account("grimwald", posts=300, pinned=2, reposts=10)
        find_everything(account.url)
        for post in account.truth():
            print(post.url, post.time, post.repost_of, post.deleted_at)

scroll  Endless: XHR of `/api/v1/accounts/ID/posts?before=…` on scrolling; rows that leave the
        window leave the DOM; no links in the HTML; each HTML answer is 200, whatever it tells.
        Posts: `/@handle/ID`. IDs: in the API only; a post's holds its time, as Mastodon's.
pages   Numbered: `/u/handle?page=2`, made by the server; `rel=next`, or numbers only; Atom, RSS.
        Posts: `/u/handle/p/123-slug` (a wrong slug: 301). IDs: JSON-LD, `data-account`,
        `data-post`, the feeds' entries.
more    A button that fetches HTML of `/handle/more?before=…`, and vanishes at the end.
        Posts: `/handle/55` (counted by account). IDs: `window.CHANNEL`, `data-account`,
        `data-post`.
cursor  `/api/timeline?account=ID&cursor=…` on scrolling: `{"items": […], "cursor": "…"}`; a link is
        made when its item becomes visible. Posts: `/post/{uuid}` (random, no handle in it).
        IDs: JSON in `script#state` and of the API.

- `options.Options`: all that a test orders of an account, at its opening or later by
  `account.change(…)`; `account.say`, `delete`, `edit`, `rename` while somebody looks.
- `account.truth()`: every post that was ever there. `platform.log`: every request (the entries of
  the simulated site); `platform.fetched(path)`: how often a body was sent, e.g. for
  `assets.SHARED`; `platform.acted`: requests that liked, followed, posted or marked as seen.
- `platform.sessions.log_in()`: a session, as storage state and as cookies.txt, and its `secrets`.
- `Platforms(flavour="h2")`: all addresses over TLS and HTTP/2 (`platform.site.ca_pem` to trust).

Each platform has a loopback address and a port of its own, so that no cookie goes to another one.
`python -m tests.support.platforms` starts them for a person to look at.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from .account import Account, Post, Repost
from .cursor import Cursor
from .more import More
from .options import Ending, OldHandle, Options, State
from .pages import Pages
from .platform import Platform
from .scroll import Scroll
from .sessions import Session
from .truth import TruthPost

__all__ = [
    "Account",
    "Cursor",
    "Ending",
    "More",
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
    """All platforms, running between `with` and its end.

    `flavour` is 'http', 'tls' or 'h2'; each answer comes after `latency` (seconds).
    """

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self.scroll = Scroll(flavour, latency)
        self.pages = Pages(flavour, latency)
        self.more = More(flavour, latency)
        self.cursor = Cursor(flavour, latency)
        self._stack = ExitStack()

    @property
    def all(self) -> list[Platform]:
        """Every platform."""
        return [self.scroll, self.pages, self.more, self.cursor]

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
