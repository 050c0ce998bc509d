"""What stands between a visitor and a page: the log-in form, private pages, the bot wall."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from ..cards import card
from ..messages import Request, Response, redirect
from ..network import COOKIE, PASSWORD
from ..routes import Routes
from .frame import page

routes = Routes()

FORM = """<section class="notice"><h1>Log in to Murmur</h1>
<p>{why}</p>
<form method="post" action="/login"><input type="hidden" name="next" value="{next}">
<label>Handle <input name="handle" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button></form></section>
"""
BOT_WALL = """<section class="notice"><div class="spinner"></div><h1>Checking your browser…</h1>
<p>Please verify you are human before you continue to Murmur.
<p><label><input type="checkbox" style="width:auto"> I am not a robot</label>
<p><small>Reference 8f3c-{number:04x} · performance and security by Gatekeeper</small></section>
"""


def _form(after: str, why: str, status: int = 200) -> Response:
    return page("Log in · Murmur", FORM.format(why=escape(why), next=escape(after)), status)


@routes.at("/login")
async def login(request: Request) -> Response:
    """The form, and what it posts to. Everybody's password is the same."""
    network = request.site.network
    if request.method != "POST":
        return _form(request.query.get("next", "/"), "You must be logged in to see this page.")
    handle = request.form.get("handle", "").removeprefix("@")
    if network.account(handle) is None or request.form.get("password") != PASSWORD:
        return _form(request.form.get("next", "/"), "Wrong handle or password.", 401)
    secure = "; Secure" if request.listener.family != "http" else ""
    cookie = f"{COOKIE}={network.log_in(handle)}; Path=/; HttpOnly; SameSite=Lax{secure}"
    after = quote(request.form.get("next", "/"), safe="/@?=&%")
    return redirect(after if after.startswith("/") else "/", 303, [("Set-Cookie", cookie)])


@routes.at("/logout")
async def logout(request: Request) -> Response:
    """Ends the session."""
    request.site.network.sessions.pop(request.cookies.get(COOKIE, ""), None)
    return redirect("/", 303, [("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0")])


@routes.under("/private/")
async def private(request: Request) -> Response:
    """Only for those who are logged in."""
    network = request.site.network
    visitor = network.visitor(request.cookies)
    if visitor is None:
        return redirect(f"/login?next={quote(request.path)}", 302, [("Cache-Control", "no-store")])
    hello = (
        f"<section class=notice><h1>Messages</h1><p>For @{escape(visitor.handle)} only.</section>"
    )
    letters = [post for post in list(network.posts.values()) if post.private]
    body = hello + "".join(card(network, letter) for letter in letters)
    return page("Messages · Murmur", body, who=f"@{visitor.handle}")


@routes.at("/botwall")
async def bot_wall(request: Request) -> Response:
    """403 unless `status` says otherwise."""
    status = int(request.query.get("status", "403"))
    return page("Just a moment…", BOT_WALL.format(number=len(request.headers)), status)
