"""Sessions: a cookie for pages and a bearer token for the API, both worth hiding.

A session ends by `end()` or after a number of requests. What a test searches a bag for is in
`secrets`; `storage_state` and `cookies_txt` are the two forms in which people hand sessions over.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..site.messages import Request
from ..site.routes import Routes
from .frame import page
from .walls import login_page

if TYPE_CHECKING:
    from .platform import Platform

COOKIE = "sim_session"
CSRF_COOKIE = "sim_csrf"
TOKEN_KEY = "sim_token"  # in localStorage


@dataclass
class Session:
    """One visitor who is logged in; `left` is how many requests it still lasts (None: for ever)."""

    origin: str
    left: int | None = None
    ended: bool = False
    cookie: str = field(default_factory=lambda: "c-" + secrets.token_urlsafe(24))
    csrf: str = field(default_factory=lambda: "x+/" + secrets.token_urlsafe(18) + "==")
    token: str = field(default_factory=lambda: "t-" + secrets.token_urlsafe(24))

    @property
    def secrets(self) -> list[str]:
        """What must be in no bag."""
        return [self.cookie, self.csrf, self.token]

    def end(self) -> None:
        """Log out: from now on walls."""
        self.ended = True

    def storage_state(self) -> dict[str, Any]:
        """As Playwright's `context.storage_state()` gives it."""
        host = urlsplit(self.origin).hostname or ""
        common = {"domain": host, "path": "/", "expires": -1, "sameSite": "Lax"}
        common["secure"] = self.origin.startswith("https:")
        pairs = {COOKIE: self.cookie, CSRF_COOKIE: self.csrf}
        cookies = [
            {"name": name, "value": value, "httpOnly": name == COOKIE, **common}
            for name, value in pairs.items()
        ]
        local = [{"name": TOKEN_KEY, "value": self.token}]
        return {"cookies": cookies, "origins": [{"origin": self.origin, "localStorage": local}]}

    def storage_state_json(self) -> str:
        """The same as the text of a file."""
        return json.dumps(self.storage_state())

    def cookies_txt(self) -> str:
        """As curl and browser extensions write it (Netscape format); it has no localStorage."""
        host = urlsplit(self.origin).hostname
        lines = [f"#HttpOnly_{host}\tFALSE\t/\tFALSE\t0\t{COOKIE}\t{self.cookie}"]
        lines.append(f"{host}\tFALSE\t/\tFALSE\t0\t{CSRF_COOKIE}\t{self.csrf}")
        return "# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n"


class Sessions:
    """Who is logged in."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._known: list[Session] = []

    def log_in(self, *, requests: int | None = None) -> Session:
        """A new session that lasts for so many requests."""
        session = Session(self._platform.origin, requests)
        self._known.append(session)
        return session

    def of(self, request: Request, *, count: bool = True) -> Session | None:
        """The session of a request, if it shows one that has not ended; that uses it up by one."""
        cookie = request.cookies.get(COOKIE)
        bearer = (request.header("Authorization") or "").removeprefix("Bearer ")
        for session in self._known:
            if session.ended or not (cookie == session.cookie or bearer == session.token):
                continue
            if not count or session.left is None:
                return session
            session.left -= 1
            session.ended = session.left < 0
            return None if session.ended else session
        return None


def has_token(request: Request, session: Session | None) -> bool:
    """Whether a request shows the session's bearer token."""
    return session is not None and request.header("Authorization") == f"Bearer {session.token}"


def prolonged(session: Session) -> tuple[str, str]:
    """What a server sends along to who is logged in: the cookie once more."""
    return ("Set-Cookie", f"{COOKIE}={session.cookie}; Path=/; HttpOnly; SameSite=Lax")


def sessions_routes(platform: Platform) -> Routes:
    """The log-in form; nobody logs in by it."""
    routes = Routes()

    @routes.at("/login")
    async def login(request: Request) -> Any:
        return login_page(200)

    @routes.at("/")
    async def home(request: Request) -> Any:
        return page(platform.name.title(), f"<h1>{platform.name.title()}</h1>")

    return routes
