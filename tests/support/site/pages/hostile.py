"""`/hostile/NAME`: pages that fight back. Each first shows a sentence that belongs in the evidence.

Those which do it by script are files in `assets/hostile/`, named after what they do; what the
server itself does wrong is in `hostile_wire`.
"""

from __future__ import annotations

from html import escape

from ..files import asset, names
from ..messages import Request, Response, html, script
from ..routes import Routes

routes = Routes()

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>hostile: {name}</title>
<style>body {{ font: 18px/1.5 "DejaVu Sans"; margin: 40px }} .seen {{ font-size: 28px }}</style>
{head}
</head>
<body>
<h1>{name}</h1>
<p class="seen">This sentence was on the page: {name}.</p>
<p>{about}</p>
<img src="/media/photo/66-320x200.jpg" alt="" width="320" height="200">
{body}
</body>
</html>
"""


def hostile_page(name: str, about: str, *, head: str = "", body: str = "") -> Response:
    """The page with something for its head and its body."""
    return html(PAGE.format(name=escape(name), about=escape(about), head=head, body=body))


@routes.at("/hostile", "/hostile/")
async def index(request: Request) -> Response:
    """All of them."""
    own = [path.removeprefix("/hostile/") for path in request.site.routes.paths("/hostile/")]
    found = sorted({*names("hostile"), *own} - {""})
    links = "".join(f'<li><a href="/hostile/{name}">{name}</a>' for name in found)
    return html(f"<!doctype html><meta charset=utf-8><title>Hostile pages</title><ul>{links}</ul>")


@routes.under("/hostile/")
async def scripted(request: Request) -> Response:
    """A page of the folder: its first line is a comment that says what it does."""
    name = request.path.removeprefix("/hostile/")
    if name not in names("hostile"):
        return request.site.not_found(request)
    about, _, text = asset(f"hostile/{name}.html").partition("\n")
    text = text.replace("{{ws}}", request.origin().replace("http", "ws", 1))
    about = about.removeprefix("<!-- ").removesuffix(" -->")
    if about.startswith("head: "):
        return hostile_page(name, about.removeprefix("head: "), head=text)
    return hostile_page(name, about, body=text)


@routes.at("/hostile/sw.js")
async def liar(request: Request) -> Response:
    """A service worker that answers everything itself."""
    return script(
        "addEventListener('install', (e) => skipWaiting());\n"
        "addEventListener('activate', (e) => e.waitUntil(clients.claim()));\n"
        "addEventListener('fetch', (e) => e.respondWith(new Response("
        "'<!doctype html><title>a lie</title><p>made up by the service worker',"
        "{ headers: { 'Content-Type': 'text/html' } })));\n"
    )


@routes.under("/hostile/scope/")
async def truth(request: Request) -> Response:
    """What the server would say, were it asked."""
    return html("<!doctype html><meta charset=utf-8><title>the truth</title><p>from the server")


@routes.at("/hostile/meta-refresh")
async def meta_refresh(request: Request) -> Response:
    """Goes on to itself, for ever."""
    number = int(request.query.get("n", "0")) + 1
    head = f'<meta http-equiv="refresh" content="0; url=/hostile/meta-refresh?n={number}">'
    return hostile_page("meta-refresh", f"reload number {number}", head=head)


@routes.at("/hostile/navigate-loop")
async def navigate_loop(request: Request) -> Response:
    """Goes to and fro between two origins, for ever."""
    number = int(request.query.get("n", "0")) + 1
    other = request.origin("frames" if number % 2 else "main")
    go = f"<script>location.replace('{other}/hostile/navigate-loop?n={number}')</script>"
    return hostile_page("navigate-loop", f"step {number}", body=go)


@routes.at("/hostile/frame-storm")
async def frame_storm(request: Request) -> Response:
    """Frames within frames, three in each, from two origins."""
    depth = int(request.query.get("depth", "0")) + 1
    other = request.origin("frames" if depth % 2 else "main")
    frame = f'<iframe src="{other}/hostile/frame-storm?depth={depth}&n={{}}"></iframe>'
    frames = "".join(frame.format(n) for n in range(3)) if depth < 40 else ""
    return hostile_page("frame-storm", f"depth {depth}", body=frames)
