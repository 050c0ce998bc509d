"""What a test orders of an account: every choice, each harmless by default."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Account

Act = Callable[["Account"], object]


class Ending(enum.Enum):
    """What comes after the oldest post of a timeline."""

    ENDS = "it ends"
    LOOPS = "the first page again, by its own cursor"
    REPEATS = "the same posts for ever, each page by a new cursor"
    SUGGESTS = "posts of others for ever"


class OldHandle(enum.Enum):
    """What the former handle of a renamed account leads to."""

    REDIRECTS = "the new one"
    NOT_FOUND = "nothing (404)"
    TAKEN = "another account, which took it"
    SAYS_SO = "a page that says that the account was renamed, without a link (404)"


class State(enum.Enum):
    """What has become of an account."""

    LIVE = "live"
    DELETED = "deleted"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Options:
    """How an account and its timeline behave. All combine.

    posts: how many of its own; page_size: how many a timeline gives at once.
    pinned: how many are pinned: shown first, and once more at their place.
    reposts: how many posts of others it reposted, spread over its timeline (at most `posts`).
    pictures_every, answers_every: every nth post has a picture, answers the one before (0: none).
    duplicates_every: every nth item is shown again three items later (0: none).
    suggestions_every: after every n items, a post of somebody else is suggested (0: never).
    look_alike: the suggested are of an account whose handle looks the same (a Cyrillic letter);
    every tenth unless told otherwise.
    reorders: the order changes from request to request (numbered pages: across pages as well).
    undated_links: where the server makes the HTML, a permalink is a word beside the time, not the
    time itself. rel_next, feed: for numbered pages, whether `rel=next` is there, and the feeds.

    state: see `State`. needs_session: nothing is shown without a session; needs_token: and the API
    wants its bearer token, which no cookies.txt can carry. leaks_secrets: pages hold the session's
    secrets, see `leaks`.
    login_wall_after: without a session, the timeline stops after so many items (0: at once).
    bot_wall: status of a challenge page in place of everything, from request `bot_wall_after` on.
    requests_a_second: above that 429 with `Retry-After: retry_after` (seconds).
    delay: seconds before each answer. marks_seen: pages tell the server by themselves what was
    seen. acts: what happens when the nth request of the account (from 1) has come in, before it
    is answered, e.g. ``{3: lambda account: account.delete(account.posts[5])}``.
    """

    posts: int = 30
    page_size: int = 20
    pinned: int = 1
    reposts: int = 0
    pictures_every: int = 3
    answers_every: int = 7
    duplicates_every: int = 0
    suggestions_every: int = 0
    look_alike: bool = False
    reorders: bool = False
    ending: Ending = Ending.ENDS
    undated_links: bool = False
    rel_next: bool = True
    feed: bool = True
    state: State = State.LIVE
    needs_session: bool = False
    needs_token: bool = False
    leaks_secrets: bool = False
    login_wall_after: int | None = None
    bot_wall: int | None = None
    bot_wall_after: int = 1
    requests_a_second: int | None = None
    retry_after: int = 1
    delay: float = 0.0
    marks_seen: bool = False
    acts: Mapping[int, Act] = field(default_factory=dict)
