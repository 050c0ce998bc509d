"""`/guard/WAY?target=URL`: a page that tries to reach `target` in one way; `/guard/all`: in all.

The ways are files in `assets/guard/`, and the answers at the end of this module. `target` is an
absolute URL, mostly the canary's; what needs a host and port takes them from it. The title becomes
'guard tried' when the page has done what it can.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from ..files import asset, names
from ..messages import Request, Response, html, redirect, script, typed
from ..routes import Routes

routes = Routes()

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>guard: {way}</title>{head}</head>
<body><h1>Tries to reach an address by {way}</h1>
<p>This sentence was on the page: {way}.</p>
{body}
<script>
const pause = {pause};
addEventListener("load", () => setTimeout(() => {{ document.title = "guard tried"; }}, pause));
setTimeout(() => {{ document.title = "guard tried"; }}, 4 * pause);
</script></body></html>
"""


def _values(request: Request) -> dict[str, str]:
    target = request.query.get("target", "")
    parts = urlsplit(target)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {
        "target": target,
        "quoted": quote(target, safe=""),
        "address": f"{parts.hostname or ''}:{port}",
        "socket": target.replace("http", "ws", 1),
        "secure": target.replace("http://", "https://", 1),
    }


def _filled(text: str, values: dict[str, str]) -> str:
    if "?" in values["target"]:
        text = text.replace("{{target}}?", "{{target}}&")
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def _answer(way: str, parts: list[str], request: Request) -> Response:
    values = _values(request)
    filled = [_filled(part, values) for part in parts]
    head = "\n".join(part for part in filled if part.startswith("<link"))
    body = "\n".join(part for part in filled if not part.startswith("<link"))
    return html(PAGE.format(way=way, head=head, body=body, pause=1_500))


@routes.at("/guard", "/guard/")
async def index(request: Request) -> Response:
    """All ways."""
    target = quote(request.query.get("target", ""), safe="")
    links = "".join(f'<li><a href="/guard/{w}?target={target}">{w}</a>' for w in ways())
    return html(f"<!doctype html><meta charset=utf-8><title>Guard pages</title><ul>{links}</ul>")


def ways() -> list[str]:
    """The names of all ways."""
    return [*names("guard"), *SERVER_WAYS]


# These leave the page, so that what comes after them would not be tried.
LEAVING = {"meta-refresh", "form", "location"}
SERVER_WAYS = ("redirect", "refresh-header", "link-header", "csp-report", "xslt", "alt-svc")


@routes.at("/guard/all")
async def everything(request: Request) -> Response:
    """Every way that does not leave the page, in one page."""
    parts = [asset(f"guard/{way}.html") for way in names("guard") if way not in LEAVING]
    return _answer("all", parts, request)


@routes.at("/guard/frames")
async def frames(request: Request) -> Response:
    """Every way, those that leave the page too: each in a frame of its own."""
    target = quote(request.query.get("target", ""), safe="")
    ways = ["all", *sorted(LEAVING), *SERVER_WAYS]
    body = "".join(f'<iframe src="/guard/{way}?target={target}"></iframe>' for way in ways)
    return _answer("frames", [body], request)


@routes.under("/guard/")
async def one(request: Request) -> Response:
    """One way."""
    way = request.path.removeprefix("/guard/")
    if way not in names("guard"):
        return request.site.not_found(request)
    return _answer(way, [asset(f"guard/{way}.html")], request)


@routes.at("/guard/redirect")
async def redirected(request: Request) -> Response:
    """The server leads there; `status` says how, and any other resource can lead there by this."""
    status = int(request.query.get("status", "302"))
    headers = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
    return redirect(request.query.get("target", "/"), status, list(headers))


def _with_header(request: Request, way: str, name: str, value: str) -> Response:
    answer = _answer(way, ["<script src='/guard/redirect'></script>"], request)
    answer.headers.append((name, _filled(value, _values(request))))
    return answer


@routes.at("/guard/refresh-header")
async def refresh_header(request: Request) -> Response:
    """A Refresh header."""
    return _with_header(request, "refresh-header", "Refresh", "0; url={{target}}")


@routes.at("/guard/link-header")
async def link_header(request: Request) -> Response:
    """A Link header that preloads and preconnects."""
    value = "<{{target}}>; rel=preload; as=fetch; crossorigin, <{{target}}>; rel=preconnect"
    return _with_header(request, "link-header", "Link", value)


@routes.at("/guard/csp-report")
async def csp_report(request: Request) -> Response:
    """Violations of the content policy are to be reported there."""
    value = "default-src 'none'; report-uri {{target}}"
    return _with_header(request, "csp-report", "Content-Security-Policy-Report-Only", value)


@routes.at("/guard/alt-svc")
async def alternative(request: Request) -> Response:
    """Says that it is to be had there by HTTP/3 and HTTP/2, too."""
    return _with_header(request, "alt-svc", "Alt-Svc", 'h3="{{address}}", h2="{{address}}"')


@routes.at("/guard/xslt")
async def xslt(request: Request) -> Response:
    """An XML document whose style sheet leads there."""
    sheet = '<?xml-stylesheet type="text/xsl" href="/guard/redirect?target={{quoted}}"?>'
    text = f'<?xml version="1.0"?>{sheet}<page>xslt</page>'
    return typed(_filled(text, _values(request)), "application/xml")


@routes.at("/guard/style.css")
async def style(request: Request) -> Response:
    """A style sheet that imports and paints with it."""
    text = (
        '@import url("{{target}}?import");\n'
        '@font-face { font-family: far; src: url("{{target}}?font"); }\n'
        'body { background: url("{{target}}?background"); font-family: far }\n'
        'html { cursor: url("{{target}}?cursor"), auto }\n'
    )
    return typed(_filled(text, _values(request)), "text/css")


@routes.at("/guard/worker.js")
async def worker(request: Request) -> Response:
    """For dedicated, shared and service workers: imports and fetches it."""
    text = (
        'const t = "{{target}}";\n'
        "fetch(t + '?worker-fetch', { mode: 'no-cors' }).catch(() => 0);\n"
        "try { importScripts(t + '?worker-import'); } catch { }\n"
        "try { new WebSocket('{{socket}}'); } catch { }\n"
        "addEventListener('install', (e) => e.waitUntil("
        "fetch(t + '?sw-install', { mode: 'no-cors' }).catch(() => 0)));\n"
        "addEventListener('fetch', (e) => e.respondWith("
        "fetch(t + '?sw-fetch', { mode: 'no-cors' }).catch(() => Response.error())));\n"
    )
    return script(_filled(text, _values(request)))


@routes.under("/guard/scope/")
async def scope(request: Request) -> Response:
    """What the service worker of the guard pages controls."""
    return html("<!doctype html><meta charset=utf-8><title>scope</title><p>scope")
