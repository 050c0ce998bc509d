"""A person at a real browser, signed in at a real web server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from service.accounts.models import User

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


class Person:
    """Opens pages. `said` collects what the console says and what breaks: nothing must."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self.origin = origin
        self.said: list[str] = []

    @contextmanager
    def sits_down(self, user: User | None, **options: Any) -> Iterator[Page]:
        """A window of their own, in which `user` is signed in."""
        context = self._browser.new_context(**{"viewport": DESK, **options})
        if user is not None:
            sign_in(context, user, self.origin)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        try:
            yield page
        finally:
            context.close()

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(f"{message.text} ({message.location.get('url')})")


def sign_in(context: BrowserContext, user: User, origin: str) -> None:
    """Give the window a session of `user`."""
    client = Client()
    client.force_login(user)
    value = client.cookies["session"].value
    context.add_cookies([{"name": "session", "value": value, "url": origin}])
