"""What is shown in place of what was asked for; to a script, the same in JSON."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..site.messages import HeaderList, Request, Response
from .frame import data, page

if TYPE_CHECKING:
    from .account import Account

NOTICE = '<section class="notice"><h1>{}</h1><p>{}</p></section>'
LOGIN = """<section class="notice"><h1>Log in to see more</h1>
<p>This content is only for people who are logged in.</p>
<form method="post" action="/login">
<label>Name <input name="handle" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button></form></section>"""
CHALLENGE = """<section class="notice challenge"><h1>Checking your browser…</h1>
<p>Please verify you are human before you continue.</p>
<label><input type="checkbox"> I am not a robot</label><p><small>Reference 8f3c</small>
</section>"""


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return request.path.startswith("/api/") or request.path == "/graphql"


def not_found(request: Request, why: str = "This page does not exist.") -> Response:
    """404."""
    if wants_json(request):
        return data({"error": "not found", "message": why}, 404)
    return page("Page not found", NOTICE.format("Not found", why), 404)


def bad_request(request: Request) -> Response:
    """400: no such place in the timeline."""
    return data({"error": "bad request", "message": f"not understood: {request.target}"}, 400)


def gone(request: Request, what: str, why: str) -> Response:
    """410: something was deleted."""
    if wants_json(request):
        return data({"error": what, "message": why}, 410)
    return page(why, NOTICE.format("Gone", why), 410)


def suspended(request: Request) -> Response:
    """403."""
    why = "This account has been suspended."
    if wants_json(request):
        return data({"error": "suspended", "message": why}, 403)
    return page("Account suspended", NOTICE.format("Account suspended", why), 403)


def renamed(request: Request) -> Response:
    """404 that says why."""
    return not_found(request, "The owner of this account has changed its name.")


def login_page(status: int = 200) -> Response:
    """The form."""
    return page("Log in", LOGIN, status)


def login_wall(request: Request) -> Response:
    """401 to a script; to a person a redirect to the form, as most sites do."""
    if wants_json(request):
        return data({"error": "login required"}, 401)
    return Response(b"", 302, headers=[("Location", f"/login?next={request.target}")])


def bot_wall(request: Request, status: int) -> Response:
    """A challenge, with whatever status the test asked for."""
    if wants_json(request):
        return data({"error": "challenge", "url": "/challenge"}, status)
    return page("Just a moment…", CHALLENGE, status)


def too_many(request: Request, seconds: int) -> Response:
    """429 with Retry-After (RFC 6585 section 4)."""
    headers: HeaderList = [("Retry-After", str(seconds))]
    if wants_json(request):
        answer = data({"error": "rate limited"}, 429)
        answer.headers += headers
        return answer
    return page("Slow down", NOTICE.format("Too many requests", "Try later."), 429, headers=headers)


def seen(account: Account, identity: str) -> str:
    """What makes the page tell the server that this was seen, where the account does that."""
    if not account.options.marks_seen:
        return ""
    return f'<i hidden data-seen="{escape(identity)}"></i>'
