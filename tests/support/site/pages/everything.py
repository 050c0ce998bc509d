"""`/everything`: one page that makes a browser send every kind of request.

Its title becomes 'everything done' when all has happened. Images that load lazily, below the fold,
are fetched when somebody scrolls there, and are not waited for. What odd answers it gets is in
`everything_odd`.
"""

from __future__ import annotations

from ..files import asset, file_answer, filled
from ..messages import Request, Response, html, script, typed
from ..routes import Routes

routes = Routes()

STYLE = """@import url("/everything/imported.css");
@font-face { font-family: "Everything Icons"; src: url("/fonts/murmur.woff?2") format("woff"); }
body { font: 15px/1.5 sans-serif; margin: 24px; max-width: 1000px }
section { margin: 16px 0; display: flex; flex-wrap: wrap; gap: 8px; align-items: center }
iframe { width: 300px; height: 110px; border: 1px solid #bbb }
.icon { font: normal 24px "Everything Icons" }
.backgrounds b { width: 120px; height: 60px; display: block }
.one { background: url(/media/photo/7060-120x60.jpg) }
.two { background: image-set("/media/avatar/73.png" 1x, "/media/avatar/74.png" 2x) }
.far { margin-top: 4000px }
#failed { color: #b00 }
"""


@routes.at("/everything")
async def everything(request: Request) -> Response:
    """The page."""
    response = html(filled("everything.html", _values(request)))
    response.early_hints = [("Link", "</everything/hinted.css>; rel=preload; as=style")]
    return response


def _values(request: Request) -> dict[str, str]:
    own = request.origin()
    return {
        "cdn": request.origin("cdn"),
        "frames": request.origin("frames"),
        "ws": own.replace("http", "ws", 1),
        "flavour": request.listener.family,
    }


@routes.at("/everything/page.js")
async def page_script(request: Request) -> Response:
    """What makes the requests."""
    return script(asset("everything-page.js"))


@routes.under("/everything/worker")
async def worker(request: Request) -> Response:
    """The dedicated, module and shared workers."""
    return script(asset(f"everything-{request.path.rpartition('/')[2]}"))


@routes.at("/everything/sw.js")
async def service_worker(request: Request) -> Response:
    """The service worker."""
    return script(asset("everything-sw.js"))


@routes.at("/everything/sw/page")
async def service_worker_page(request: Request) -> Response:
    """The frame that the service worker controls."""
    return html(asset("everything-sw-page.html"))


@routes.under("/everything/sw/")
@routes.under("/everything/text/")
async def text(request: Request) -> Response:
    """Says what was asked for; as a script with ?type=js, as a page with ?type=html."""
    name = request.path.rpartition("/")[2]
    match request.query.get("type"):
        case "js":
            response = script(f"(self.seen ||= []).push({name!r});\n")
        case "html":
            response = html(f"<!doctype html><meta charset=utf-8><title>{name}</title><p>{name}")
        case _:
            response = typed(f"this is {name}\n", "text/plain; charset=utf-8")
    response.headers.append(("Access-Control-Allow-Origin", "*"))
    return response


@routes.at("/everything/module.js")
async def module(request: Request) -> Response:
    """A module that imports another one."""
    return script(
        'import "/everything/text/imported-by-module.js?type=js";\nself.moduleRan = true;\n'
    )


@routes.at("/everything/style.css", "/everything/cdn.css")
@routes.at("/everything/hinted.css", "/everything/imported.css", "/everything/deeper.css")
async def style(request: Request) -> Response:
    """Style sheets, which import each other and fetch pictures."""
    name = request.path.rpartition("/")[2]
    sheets = {
        "style.css": STYLE,
        "imported.css": '@import "deeper.css";\nh1 { color: #24406e }\n',
        "deeper.css": "h1::before { content: url(/media/avatar/72.png); }\n",
        "hinted.css": "/* asked for early, where 103 is understood */ h1 { font-size: 24px }\n",
        "cdn.css": ".three { background: url(/media/photo/7063-120x60.jpg) }\n",
    }
    return file_answer(request, sheets[name].encode(), "text/css", encoding="gzip")


@routes.at("/everything/drawing.svg", "/everything/sprite.svg")
async def drawing(request: Request) -> Response:
    """A drawing."""
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">'
        '<symbol id="dot"><circle cx="30" cy="30" r="12" fill="#c33"/></symbol>'
        '<circle cx="30" cy="30" r="20" fill="#393"/></svg>'
    )
    return file_answer(request, text.encode(), "image/svg+xml")


@routes.at("/everything/captions.vtt")
async def captions(request: Request) -> Response:
    """Captions of the clip."""
    return file_answer(request, b"WEBVTT\n\n00:00.000 --> 00:02.000\nA dot.\n", "text/vtt")


@routes.at("/everything/app.webmanifest")
async def manifest(request: Request) -> Response:
    """A web app manifest."""
    text = '{"name": "Everything", "icons": [{"src": "/favicon.png", "sizes": "32x32"}]}'
    return file_answer(request, text.encode(), "application/manifest+json")


FRAME = """<!doctype html><meta charset=utf-8><title>frame {name}</title><p>frame {name}
<img src="/media/photo/{photo}-160x100.jpg" alt="" width=80 height=50>{inner}
<script>
fetch("/everything/echo?by=frame-{name}").catch(() => 0)
  .then(() => top.postMessage({{ frame: "{name}" }}, "*"));
</script>
"""


@routes.under("/everything/frame/")
async def frame(request: Request) -> Response:
    """A frame which reports to the top; some hold another one."""
    name = request.path.rpartition("/")[2]
    inner = {
        "same": f"<iframe src='{request.origin('frames')}/everything/frame/deep'></iframe>",
        "other": f"<iframe src='{request.origin('cdn')}/everything/frame/deeper'></iframe>",
    }.get(name, "")
    photo = 7_100 + sum(map(ord, name)) % 400
    return html(FRAME.format(name=name, photo=photo, inner=inner))
