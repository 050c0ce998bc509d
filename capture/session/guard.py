"""Inside the browser: every request of the context is judged before it goes out.

The driver asks about each request of pages, frames, pop-ups, forms, beacons and dedicated workers.
It is not asked about those of shared workers and WebSockets: `gate` holds these, and everything
else that could get past here. While it is asked, the driver answers CORS preflights by itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Error, Route

from capture.errors import BrowserFailed
from capture.session.actions import refusal
from capture.session.blocked import Blocked
from capture.session.ended import Jar
from capture.session.session import Session

_COOKIES_TIME_LIMIT_S = 3.0


@dataclass
class Guarded:
    """A session in use, what was not let out, and the cookies that the browser had at the end.

    `cookies` are name, domain and value; None where they could not be asked for.
    """

    session: Session
    blocked: Blocked = field(default_factory=Blocked)
    cookies: list[tuple[str, str, str]] | None = None

    @property
    def jar(self) -> Jar | None:
        """The cookies without their values."""
        if self.cookies is None:
            return None
        return frozenset((name, domain) for name, domain, _ in self.cookies)

    async def look_into(self, context: BrowserContext) -> None:
        """Take note of the cookies that `context` has now."""
        try:
            async with asyncio.timeout(_COOKIES_TIME_LIMIT_S):
                found = await context.cookies()
        except (TimeoutError, Error):
            return
        self.cookies = [
            (each.get("name", ""), each.get("domain", "").removeprefix("."), each.get("value", ""))
            for each in found
        ]


async def guard(context: BrowserContext, blocked: Blocked) -> None:
    """Let only requests that read out of `context`; note the others in `blocked`.

    Raises `BrowserFailed` where the browser does not take it: then nothing may be opened.
    """

    async def judge(route: Route) -> None:
        request = route.request
        body = request.post_data_buffer or b""
        content_type = request.headers.get("content-type", "")
        reason = refusal(request.method, request.url, body, content_type)
        try:
            if reason is None:
                await route.continue_()
                return
            blocked.note(request.method, request.url, request.resource_type, reason)
            await route.abort("blockedbyclient")
        except Error:  # the page, and its request with it, is gone
            return

    try:
        await context.route("**/*", judge)
    except Error as error:
        raise BrowserFailed("The browser cannot be kept from acting: it went away.") from error
