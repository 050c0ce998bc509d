"""All that a replay host serves: our page with the frame, the viewer, and the archive."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from service.captures.handing import show_file
from service.captures.models import Capture
from service.cases.access import NotFound
from service.web.context import of_every_page
from service.web.headers import PERMISSIONS
from service.web.replay import (
    FRAME,
    PACKAGE,
    VIEWER,
    has_replay,
    once_opened,
    opened_by,
    reading_token,
    reads,
    replay_origin,
)

_ASSETS = Path(__file__).parent / "assets"
_AROUND = {
    "/holdfast.css": (_ASSETS / "static" / "holdfast.css", "text/css"),
    "/exit.js": (_ASSETS / "static" / "exit.js", "text/javascript"),
}
_INSIDE = {
    "/ui.js": (VIEWER / "ui.js", "text/javascript"),
    "/replay/ui.js": (VIEWER / "ui.js", "text/javascript"),
    "/replay/sw.js": (_ASSETS / "replay" / "sw.js", "text/javascript"),
    "/replay/viewer-sw.js": (VIEWER / "sw.js", "text/javascript"),
    "/replay/viewer.js": (_ASSETS / "replay" / "viewer.js", "text/javascript"),
    "/replay/quiet.js": (_ASSETS / "replay" / "quiet.js", "text/javascript"),
}
_PAGE = re.compile(r"/([A-Za-z0-9_:-]+)/")
_PACKAGE = re.compile(r"/([A-Za-z0-9_:-]+)/page\.wacz")


def answer(request: HttpRequest, label: str) -> HttpResponseBase:
    """The answer on the replay host `label`. Raises `NotFound`, `EvidenceError`."""
    if request.method not in {"GET", "HEAD"}:
        raise NotFound
    page = _PAGE.fullmatch(request.path)
    if label == FRAME:
        return _around(page[1]) if page else _file(_AROUND, request.path)
    response = _of_capture(request, page, _as_id(label))
    response["Connection-Allowlist"] = "(response-origin)"
    return response


def _of_capture(
    request: HttpRequest, page: re.Match[str] | None, capture_id: uuid.UUID
) -> HttpResponseBase:
    """What the origin of one capture serves.

    The archived page can use the viewer's window as its own. So all that this origin serves is
    held to it by `Connection-Allowlist` too, which (where a browser knows it: Chromium since 152)
    governs what no Content-Security-Policy does: WebRTC, name lookups, connections made ahead.
    """
    if page:
        return _inside(request, page[1], capture_id)
    if package := _PACKAGE.fullmatch(request.path):
        return _archive(request, package[1], capture_id)
    return _file(_INSIDE, request.path)


def with_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Headers of every answer here."""
    response.headers.setdefault("Content-Security-Policy", _policy_inside())
    response.headers.setdefault("Cache-Control", "no-store")
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Permissions-Policy"] = PERMISSIONS
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Origin-Agent-Cluster"] = "?1"
    if settings.SECURE_HSTS_SECONDS:
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return response


def _policy_inside() -> str:
    """An archived page may run what it was made of, and reach what was archived with it, which the
    service worker hands out on this same origin; nothing else, not even to send a form."""
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:;"
        " connect-src 'self' data: blob:; form-action 'none'; base-uri 'self'; object-src 'none';"
        f" frame-ancestors 'self' {replay_origin(FRAME)}"
    )


def _policy_around(capture_id: str) -> str:
    """The frame shows this capture's origin, wherever its page tries to lead it (CSP 3 §6.4.1)."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
        f" frame-src {replay_origin(capture_id)}; frame-ancestors 'none'; base-uri 'none';"
        " form-action 'none'"
    )


def _around(token: str) -> HttpResponse:
    """Our page with the frame; or, for a token that is too old, the way to a new one."""
    opened = opened_by(token)
    told = {**of_every_page(), "app": settings.ORIGIN}
    if opened is None:
        if not once_opened(token):
            raise NotFound
        return HttpResponse(render_to_string("replay/expired.html", told), status=410)
    capture = _capture(uuid.UUID(opened["capture"]))
    link = f"{replay_origin(capture.pk)}/{token}/"
    told |= {"capture": capture, "link": link, "back": f"{settings.ORIGIN}{opened['back']}"}
    response = HttpResponse(render_to_string("replay/around.html", told))
    response["Content-Security-Policy"] = _policy_around(opened["capture"])
    return response


def _inside(request: HttpRequest, token: str, capture_id: uuid.UUID) -> HttpResponse:
    """The viewer, only ever in a frame: outside of it nothing would hold the archived page."""
    opened = opened_by(token)
    if opened is None or opened["capture"] != str(capture_id):
        raise NotFound
    if request.headers.get("Sec-Fetch-Dest") != "iframe":
        raise NotFound
    source = f"/{reading_token(capture_id)}/page.wacz"
    told = {"source": source, "url": _capture(capture_id).url, "around": replay_origin(FRAME)}
    return HttpResponse(render_to_string("replay/viewer.html", told))


def _archive(request: HttpRequest, token: str, capture_id: uuid.UUID) -> HttpResponseBase:
    if not reads(token, capture_id):
        raise NotFound
    response = show_file(request, _capture(capture_id), PACKAGE)
    response["Content-Type"] = "application/wacz+zip"
    return response


def _file(files: dict[str, tuple[Path, str]], path: str) -> HttpResponse:
    file, kind = files.get(path, (None, ""))
    if file is None or not file.exists():
        raise NotFound
    response = HttpResponse(file.read_bytes(), content_type=f"{kind}; charset=utf-8")
    response["Cache-Control"] = "private, max-age=600"
    return response


def _capture(capture_id: uuid.UUID) -> Capture:
    capture = Capture.objects.filter(pk=capture_id).first()
    if capture is None or not has_replay(capture):
        raise NotFound
    return capture


def _as_id(label: str) -> uuid.UUID:
    """The capture's ID, written in the one way that makes it one origin. Raises `NotFound`."""
    try:
        capture_id = uuid.UUID(label)
    except ValueError:
        raise NotFound from None
    if str(capture_id) != label:
        raise NotFound
    return capture_id
