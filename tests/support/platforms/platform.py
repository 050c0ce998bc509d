"""What all platforms have in common: a site of their own, accounts, and the way to a request.

A platform of its own kind says how its addresses and IDs look (`account_path`, `post_path`,
`post_id`, `account_id`) and has a table of routes; see `scroll`, `pages`, `more` and `cursor`.
"""

from __future__ import annotations

import abc
import datetime as dt
import itertools
import threading
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import quote

from ..site import Entry, Site
from ..site.routes import Routes
from . import actions, assets
from .account import Account, Post, now
from .latency import DistantRoutes
from .options import OldHandle, Options
from .others import Others
from .sessions import Sessions, sessions_routes
from .timeline import Timeline
from .walls import not_found


class Platform(abc.ABC):
    """One simulated platform, on an origin of its own; it runs between `with` and its end."""

    name: ClassVar[str]
    role: ClassVar[str]  # the address of the simulated site that it has, see `site.server.HOSTS`

    def __init__(self, flavour: str = "http", latency: float = 0.0) -> None:
        self.site, self.flavour = Site(), flavour
        self.began = now()
        self.accounts: list[Account] = []
        self.posts: dict[str, Post] = {}
        self.others = Others(self)
        self.sessions = Sessions(self)
        self._by_handle: dict[str, Account] = {}
        self._former: dict[str, tuple[Account, OldHandle]] = {}
        self._timelines: dict[str, Timeline] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        routes = DistantRoutes(latency)
        for table in (assets.routes(self), actions.routes(self), sessions_routes(self)):
            routes.include(table)
        routes.include(self.routes())
        self.site.routes, self.site.not_found = routes, not_found

    @abc.abstractmethod
    def account_path(self, account: Account) -> str:
        """The path of an account's page."""

    @abc.abstractmethod
    def post_path(self, post: Post, handle: str = "") -> str:
        """The permalink's path, with its author's handle of today unless another is named."""

    @abc.abstractmethod
    def post_id(self, account: Account, time: dt.datetime) -> str:
        """The ID of a new post."""

    @abc.abstractmethod
    def account_id(self, number: int) -> str:
        """The permanent ID of the account with that number."""

    @abc.abstractmethod
    def routes(self) -> Routes:
        """Its pages and its API."""

    def __enter__(self) -> Self:
        self.site.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.site.__exit__(kind, error, trace)

    def open_account(self, handle: str, name: str = "", **options: Any) -> Account:
        """A new account, with `options` as `Options` has them."""
        return self.make_account(handle, name or handle.title(), Options(**options))

    def make_account(self, handle: str, name: str, options: Options) -> Account:
        """A new account with a permanent ID; a handle belongs to one account at a time."""
        with self._lock:
            if handle in self._by_handle:
                raise ValueError(f"{handle} is taken")
            number = next(self._numbers)
            account = Account(self, self.account_id(number), handle, name, options, number)
            self.accounts.append(account)
            self._by_handle[handle] = account
            self._timelines[account.id] = Timeline(account)
            return account

    def account(self, handle: str) -> Account | None:
        """Who has this handle now."""
        return self._by_handle.get(handle)

    def account_of(self, identity: str) -> Account | None:
        """Who has this ID, for ever."""
        timeline = self._timelines.get(identity)
        return timeline.account if timeline else None

    def former(self, handle: str) -> tuple[Account, OldHandle] | None:
        """Who had this handle once, and what it leads to now."""
        return self._former.get(handle)

    def rename(self, account: Account, handle: str, old: OldHandle) -> None:
        """See `Account.rename`."""
        with self._lock:
            if handle in self._by_handle:
                raise ValueError(f"{handle} is taken")
            former = account.handle
            self._by_handle[handle] = self._by_handle.pop(former)
            account.handle = handle
            account.former_handles.append(former)
            self._former[former] = (account, old)
            if old is OldHandle.TAKEN:
                self.make_account(former, account.name, Options(posts=3))

    def remember(self, post: Post) -> None:
        """Let its permalink be found."""
        self.posts[self.post_key(post.account, post.id)] = post

    def post_key(self, account: Account | None, identity: str) -> str:
        """What tells a post from all others; more than its ID where IDs count by account."""
        return identity

    def post(self, identity: str, account: Account | None = None) -> Post | None:
        """The post of that ID; makes the posts of the account first."""
        for known in [account] if account else list(self.accounts):
            known.posts  # noqa: B018
        return self.posts.get(self.post_key(account, identity))

    def timeline(self, account: Account) -> Timeline:
        """What its readers are shown."""
        return self._timelines[account.id]

    def url(self, path: str = "/") -> str:
        """An address here, as browsers write it."""
        return self.origin + quote(path, safe="/@?=&%:~")

    @property
    def origin(self) -> str:
        """Scheme, address and port."""
        return self.site.origin(self.role, self.flavour)

    @property
    def log(self) -> list[Entry]:
        """Every request so far, with its answer; waits a moment for answers under way."""
        self.site.wait_quiet(2)
        return self.site.log

    def fetched(self, path: str) -> int:
        """How often the body of something was really sent (a 304 sends none)."""
        return sum(entry.path == path and entry.status == 200 for entry in self.log)

    @property
    def acted(self) -> list[Entry]:
        """The requests that liked, followed, posted or marked as seen: there should be none."""
        return [entry for entry in self.log if actions.is_action(entry)]
