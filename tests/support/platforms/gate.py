"""The way of a request to the content of an account: everything that may stand in between."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..site.messages import Answer, Request, Response, redirect
from . import walls
from .account import Account, Post
from .frame import NO_CACHE
from .leaks import leaking
from .options import OldHandle, State
from .sessions import Session, has_token, prolonged
from .timeline import Slice

if TYPE_CHECKING:
    from .platform import Platform

Show = Callable[[Account], Answer]


class Gate:
    """The gate of one platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._recent: dict[str, deque[float]] = {}

    async def by_handle(
        self, request: Request, handle: str, show: Show, *, moves: bool = True
    ) -> Answer:
        """Show something of who has this handle, or what has become of it.

        moves: who has another handle by now is answered by a redirect, else at once.
        """
        account = self.platform.account(handle)
        if account is not None:
            return await self.account(request, account, show)
        former = self.platform.former(handle)
        if former is None:
            return walls.not_found(request, "This account does not exist.")
        account, old = former
        if old is OldHandle.SAYS_SO:
            return walls.renamed(request)
        if old is not OldHandle.REDIRECTS:
            return walls.not_found(request, "This account does not exist.")
        if not moves:
            return await self.account(request, account, show)
        prefix = self.platform.account_path(account).removesuffix(account.handle)
        path = prefix + account.handle + request.path.removeprefix(prefix + handle)
        query = request.target.partition("?")[2]
        to = quote(path, safe="/@:~") + (f"?{query}" if query else "")
        return redirect(to, 301, NO_CACHE)

    async def by_id(self, request: Request, identity: str, show: Show) -> Answer:
        """Show something of the account with this ID."""
        account = self.platform.account_of(identity)
        if account is None:
            return walls.not_found(request, "This account does not exist.")
        return await self.account(request, account, show)

    async def account(self, request: Request, account: Account, show: Show) -> Answer:
        """The steps, in order: count, act, wait, refuse, and only then show."""
        account.requests += 1
        if act := account.options.acts.get(account.requests):
            act(account)
        options = account.options
        if options.delay:
            await asyncio.sleep(options.delay)
        if options.requests_a_second and self._too_many(account):
            return walls.too_many(request, options.retry_after)
        if options.bot_wall and account.requests >= options.bot_wall_after:
            return walls.bot_wall(request, options.bot_wall)
        if options.state is State.SUSPENDED:
            return walls.suspended(request)
        if options.state is State.DELETED:
            return walls.gone(request, "deleted", "This account was deleted.")
        session = self.platform.sessions.of(request)
        if options.needs_session and session is None:
            return walls.login_wall(request)
        if options.needs_token and walls.wants_json(request) and not has_token(request, session):
            return walls.login_wall(request)
        return _for_session(show(account), session, leaks=options.leaks_secrets)

    async def post(
        self, request: Request, post: Post | None, show: Callable[[Post], Answer]
    ) -> Answer:
        """Show a post, or that it was deleted."""
        if post is None:
            return walls.not_found(request, "This post does not exist.")

        def shown(_: Account) -> Answer:
            if post.deleted_at is not None:
                return walls.gone(request, "deleted", "This post was deleted by its author.")
            return show(post)

        return await self.account(request, post.account, shown)

    def cut(self, request: Request, account: Account, given: int, part: Slice) -> Slice | None:
        """What of a part may be shown after `given` items to who asks; None for a login wall."""
        after = account.options.login_wall_after
        if after is None or self.platform.sessions.of(request, count=False):
            return part
        return replace(part, items=part.items[: after - given]) if after > given else None

    def _too_many(self, account: Account) -> bool:
        recent = self._recent.setdefault(account.id, deque())
        at = time.monotonic()
        while recent and recent[0] < at - 1:
            recent.popleft()
        recent.append(at)
        return len(recent) > (account.options.requests_a_second or 0)


def _for_session(answer: Answer, session: Session | None, *, leaks: bool) -> Answer:
    if session is None or not isinstance(answer, Response):
        return answer
    answer.headers.append(prolonged(session))
    return leaking(answer, session) if leaks else answer
