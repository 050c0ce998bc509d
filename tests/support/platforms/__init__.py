"""Simulated platforms: where somebody posts, each with another way to get at the older posts.

    with Platforms() as platforms:
        account = platforms.scroll.open_account("grimwald", posts=300, pinned=2, reposts=10)
        find_everything(account.url)
        for post in account.truth():
            print(post.url, post.time, post.repost_of, post.deleted_at)

========  =======================================  =======================  ==========================
platform  how the timeline continues               permalink                where the IDs are
========  =======================================  =======================  ==========================
scroll    XHR `/api/v1/accounts/ID/posts?before=`  `/@handle/ID`            JSON of the API alone; a
          on scrolling; rows out of the window     (holds the time, made    post's ID is a snowflake of
          leave the DOM; no links in the HTML;     as Mastodon's)           its time
          every HTML answer is 200
pages     `/u/handle?page=2`, made by the server;  `/u/handle/p/123-slug`   JSON-LD, `data-account`,
          `rel=next` or numbers only; Atom, RSS    (a wrong slug: 301)      `data-post`, feed entries
more      button, fetches HTML of                  `/handle/55` (counted    `window.CHANNEL`,
          `/handle/more?before=N`; vanishes        by account)              `data-account`, `data-post`
cursor    `/api/timeline?account=ID&cursor=…`:     `/post/{uuid}` (random;  JSON in `script#state` and of
          `{"items": […], "cursor": …}`; links     no handle in it)         the API
          made when an item becomes visible
========  =======================================  =======================  ==========================

- `options.Options`: all that a test orders of an account, at its opening or later by
  `account.change(…)`; `account.say`, `delete`, `edit`, `rename` while somebody looks.
- `account.truth()`: every post that was ever there. `platform.log`: every request (the entries of
  the simulated site); `platform.fetched(path)`: how often a body was sent, e.g. for
  `assets.SHARED`; `platform.acted`: requests that liked, followed, posted or marked as seen.
- `platform.sessions.log_in()`: a session, as storage state and as cookies.txt, and its `secrets`.
- `platform.site` has the same over TLS and HTTP/2 (`site.h2_url`, `site.ca_pem`).

`python -m tests.support.platforms` starts them for a person to look at. Ports differ, the host is
the same 127.0.0.1: browsers keep cookies apart by host only.
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
    """All platforms, each on an origin of its own, running between `with` and its end."""

    def __init__(self) -> None:
        self.scroll = Scroll()
        self.pages = Pages()
        self.more = More()
        self.cursor = Cursor()
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
