"""A place behind a login, which is careless with the session's secrets, and tries to act with it.

`/members/` wants the cookie `sid`; without it, it sends people to `/members/login`. Its pages write
the cookie wherever a site might: into text, links, scripts, headers and bodies, in every coding.
`/members/act/…` are actions: none must ever arrive while somebody captures. `/members/ended` takes
the cookie back and leads to a login page.
"""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import brotli
import zstandard

from ..messages import Request, Response, html, json_answer, redirect, script
from ..routes import Routes
from ..websocket import WebSocket

routes = Routes()

SID = "Zq8/s3cr3t+cookie=value~7"
USER = "1000123456789"
STORED = "eyJhbGciOiJub25l.c3RvcmVkLXRva2Vu.9x8y7z"
ISSUED = "rotated_9f3b2c71d0aa4e55"
CSRF = "csrf-51d7c3aa9e0b48f2"
LINK = "k9LinkToken4455"
SECRETS = (SID, USER, STORED, ISSUED, CSRF, LINK)
HOST = "127.0.0.1"


def storage_state(origin: str) -> bytes:
    """The session of somebody who may come in, as Playwright writes it."""
    cookie = {"domain": HOST, "path": "/", "expires": -1, "httpOnly": False, "secure": False}
    cookies = [
        {**cookie, "name": "sid", "value": SID, "sameSite": "Lax"},
        {**cookie, "name": "user", "value": USER, "sameSite": "Lax"},
    ]
    stored = [{"name": "auth", "value": json.dumps({"v": 1, "token": STORED})}]
    return json.dumps(
        {"cookies": cookies, "origins": [{"origin": origin, "localStorage": stored}]}
    ).encode()


def cookies_txt() -> bytes:
    """The same cookies in Netscape's form."""
    lines = [f"{HOST}\tFALSE\t/\tFALSE\t0\t{n}\t{v}\n" for n, v in (("sid", SID), ("user", USER))]
    return "".join(["# Netscape HTTP Cookie File\n", *lines]).encode()


def leaks(secret: str) -> str:
    """`secret` in every spelling that a page has for it."""
    data = secret.encode()
    aligned = [b64encode(b"x" * before + data + b"yz").decode() for before in range(3)]
    aligned.append(urlsafe_b64encode(b"?" + data).decode())
    escaped = json.dumps({"s": secret}).replace("/", "\\/").replace("+", "\\u002b")
    return (
        f"raw {secret}\n<a href='/members/x?q={quote(secret, safe='')}'>link</a>\n"
        f"<i data-a='{' '.join(aligned)}' data-lower='{quote(secret, safe='').lower()}'></i>\n"
        f"<script type='application/json'>{escaped}</script>\n<!-- {data.hex()} -->"
    )


PAGE = """<!doctype html><html lang=en><title>Members {sid}</title>
<meta name=csrf-token content="{csrf}"><meta name=description content="for {user}">
<h1>What members see</h1><p>I know where you live, and tell only members.
<p>{leaks}
<img src="/members/picture?access_token={link}&n=1">
<iframe src="/members/frame"></iframe>
<script>
const auth = JSON.parse(localStorage.getItem('auth') || '{{"token": "none-was-given"}}').token;
const headers = {{'X-CSRF-Token': '{csrf}', Authorization: 'Bearer ' + auth, 'X-Plain': auth}};
const coded = ['identity', 'gzip', 'deflate', 'br', 'zstd', 'chunked', 'binary', 'hints'];
Promise.all(coded.map((c) => fetch('/members/echo/' + c, {{headers}}).then((r) => r.arrayBuffer())))
  .then(() => fetch('/members/hop')).then(() => {{ document.body.dataset.done = auth; }});
alert('cookie: ' + document.cookie);
history.replaceState(null, '', '/members/?sid=' + encodeURIComponent('{sid}') + '#' + auth);
</script></html>"""


def _may_come_in(request: Request) -> bool:
    return request.cookies.get("sid") == SID or SID in (request.header("cookie") or "")


def page() -> str:
    """The members' page."""
    return PAGE.format(
        sid=SID, csrf=CSRF, user=USER, link=LINK, leaks="".join(leaks(each) for each in SECRETS)
    )


@routes.at("/members/", "/members/quiet")
async def members(request: Request) -> Response:
    if not _may_come_in(request):
        return redirect("/members/login")
    cookies = [("Set-Cookie", f"next={ISSUED}; Path=/; HttpOnly"), ("X-Auth-Token", ISSUED)]
    if request.path == "/members/quiet":
        return html("<!doctype html><title>Quiet</title><p>Only members see this.", 200, cookies)
    return html(page(), 200, cookies)


@routes.at("/members/login")
async def login(request: Request) -> Response:
    return html("<!doctype html><title>Log in</title><p>Log in to continue<input type=password>")


@routes.at("/members/ended", "/members/cleared")
async def ended(request: Request) -> Response:
    gone: list = [("Set-Cookie", "sid=; Path=/; Max-Age=0")]
    if request.path == "/members/cleared":
        return html("<!doctype html><title>Public</title><p>What everybody sees.", 200, gone)
    return redirect("/members/login", headers=gone)


@routes.at("/members/frame")
async def frame(request: Request) -> Response:
    return html(f"<!doctype html><title>Frame</title><p>in a frame: {SID} {STORED}")


@routes.at("/members/picture")
async def picture(request: Request) -> Response:
    return Response(b"no picture for " + SID.encode(), 404, content_type="image/png")


@routes.at("/members/hop")
async def hop(request: Request) -> Response:
    return redirect(f"/members/landed?{quote(SID, safe='')}&access_token={LINK}")


@routes.at("/members/landed")
async def landed(request: Request) -> Response:
    return json_answer({"cookie": request.header("cookie"), "access_token": ISSUED})


@routes.under("/members/echo/")
async def echo(request: Request) -> Response:
    coding = request.path.rpartition("/")[2]
    told = {name.decode(): value.decode("latin-1") for name, value in request.headers}
    body = json.dumps({"headers": told, "stored": STORED}).encode() * 3
    coded = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "br": brotli.compress(body),
        "zstd": zstandard.compress(body),
    }
    headers = [("X-Echo", SID), ("x-session-id", USER)]
    if coding in coded:
        headers.append(("Content-Encoding", coding))
        return Response(coded[coding], content_type="application/json", headers=headers)
    if coding == "binary":
        body = bytes(range(256)) + STORED.encode("utf-16-le") + b64encode(b"1" + SID.encode())
    framing = "chunked" if coding == "chunked" else "length"
    hints = [("Link", f"</members/x?{SID}>; rel=preload")] if coding == "hints" else []
    return Response(body, headers=headers, framing=framing, early_hints=hints)


TRIES = """<!doctype html><title>Tries</title><p id=said>It tries to act.
<form id=form action="/members/act/form" method=post target=inner><input name=a value=1></form>
<form id=pop action="/members/act/popup" method=post target=_blank><input name=a value=1></form>
<iframe name=inner></iframe>
<a id=ping href="#x" ping="/members/act/ping">ping</a><img src="/members/act/log-out">
<script>
const act = '/members/act/', say = (text) => {{ said.append(' ' + text); }};
const post = (path, more) => fetch(act + path, {{method: 'POST', body: 'like=1', ...more}})
  .then((r) => say(path + '-was-done'), () => say(path + '-failed'));
const graph = (path, body) => fetch(path, {{method: 'POST', body: JSON.stringify(body),
  headers: {{'Content-Type': 'application/json'}}}}).then((r) => r.text()).then(say, () => 0);
const inWorker = "fetch(OR + '/members/act/NAME', {{method: 'POST', body: '1', credentials:"
  + " 'include', mode: 'no-cors'}})";
const worker = (name) => URL.createObjectURL(new Blob(
  [inWorker.replace('OR', JSON.stringify(location.origin)).replace('NAME', name)]));
post('fetch'); post('keepalive', {{keepalive: true}}); post('put', {{method: 'PUT'}});
post('delete', {{method: 'DELETE', body: undefined}}); post('odd', {{method: 'LIKE'}});
fetch('{other}/members/act/cross', {{method: 'POST', body: '1', mode: 'no-cors'}}).catch(() => 0);
const xhr = new XMLHttpRequest(); xhr.open('POST', act + 'xhr'); xhr.send('1');
navigator.sendBeacon(act + 'beacon', 'seen=1');
addEventListener('pagehide', () => navigator.sendBeacon(act + 'farewell', 'seen=1'));
addEventListener('visibilitychange', () => navigator.sendBeacon(act + 'farewell', 'seen=1'));
form.submit(); ping.click();
try {{ new Worker(worker('worker')); }} catch (e) {{}}
try {{ new SharedWorker(worker('shared')); }} catch (e) {{}}
if (navigator.serviceWorker) navigator.serviceWorker.register('/members/sw.js').catch(() => 0);
const socket = new WebSocket(location.origin.replace('http', 'ws') + act + 'socket');
socket.onopen = () => socket.send('like');
graph('/members/graph', {{query: 'query Posts {{ posts }}'}});
graph('/members/act/graph', {{query: 'mutation Like {{ like(post: 1) }}'}});
setTimeout(() => pop.submit(), 50);
</script>"""


@routes.at("/members/tries")
async def tries(request: Request) -> Response:
    return html(TRIES.format(other=request.origin("cdn")))


@routes.at("/members/sw.js")
async def service_worker(request: Request) -> Response:
    return script("fetch('/members/act/service', {method: 'POST', body: '1'})")


@routes.at("/members/graph")
async def graph(request: Request) -> Response:
    return json_answer({"answered": request.body.decode()})


@routes.under("/members/act/")
async def act(request: Request) -> Response:
    return json_answer({"done": request.path})


@routes.websocket("/members/act/socket")
async def socket(websocket: WebSocket) -> None:
    while await websocket.receive() is not None:
        pass
