"""What whoever has a share link sees: one capture, read-only, and nothing else of the service.

The first page shows nothing and is not counted: messengers fetch every link that is sent through
them. The evidence comes once somebody presses the button (and knows the pass phrase, where there is
one); for an hour their browser may then load its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus

from django import forms
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from service.accounts.throttling import TooOften, count, too_often
from service.address import address_of
from service.captures.handing import hand_out
from service.cases.access import NotFound
from service.custody.kinds import Kind
from service.sharing import links
from service.sharing.models import ShareLink
from service.web.pictures import show_picture
from service.web.telling import tell_report
from service.web.words import tell

_COOKIE = "share"
_OPEN_FOR = timedelta(hours=1)

PICTURES = {"screenshot": "data/screenshot.png", "viewport": "data/viewport.png"}

View = Callable[..., HttpResponseBase]


class OpenForm(forms.Form):
    """The button, and the pass phrase where there is one."""

    phrase = forms.CharField(
        label="Pass phrase",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def counted(view: View) -> View:
    """Let each address try only so often, so that nobody looks for links by trying."""

    @wraps(view)
    def guarded(request: HttpRequest, **asked: str) -> HttpResponseBase:
        try:
            count(request, "share")
            return view(request, **asked)
        except TooOften:
            return too_often(request)

    return guarded


@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
@counted
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """The first page; or the evidence, for a browser in which the link was opened."""
    link = links.find_link(secret)
    if request.method == "POST":
        return _open(request, link, secret)
    if not _is_open(request, link):
        return _door(request, link, OpenForm())
    capture = link.capture
    shown = {
        "capture": capture,
        "link": link,
        "secret": secret,
        "told": tell(capture),
        "report": tell_report(capture.report),
        "is_shown": request.GET.get("show") == "1" and PICTURES["screenshot"] in capture.parts,
        "has_preview": PICTURES["viewport"] in capture.parts,
    }
    return render(request, "sharing/shared.html", shown)


@sensitive_variables("secret")
@require_GET
@counted
def picture(request: HttpRequest, secret: str, name: str) -> HttpResponseBase:
    """The picture of the whole page, or the small one that is shown blurred."""
    return show_picture(request, _opened(request, secret).capture, PICTURES[name])


@sensitive_variables("secret")
@require_GET
@counted
def evidence(request: HttpRequest, secret: str) -> HttpResponse | StreamingHttpResponse:
    """The sealed bag; each time a custody event."""
    link = _opened(request, secret)
    who = links.recipient(link, address_of(request))
    response = hand_out(request, link.capture, who, Kind.DOWNLOAD)
    if response.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        links.count_download(link)
    return response


def _open(request: HttpRequest, link: ShareLink, secret: str) -> HttpResponse:
    form = OpenForm(request.POST)
    if link.phrase:
        count(request, "share_phrase", key=str(link.pk))
        if not form.is_valid():
            return _door(request, link, form)
        if not links.opens(link, form.cleaned_data["phrase"]):
            form.add_error("phrase", "This is not the pass phrase.")
            return _door(request, link, form)
    links.count_view(link, address_of(request))
    response = redirect("shared", secret=secret)
    response.set_signed_cookie(
        _COOKIE,
        str(link.pk),
        max_age=_OPEN_FOR,
        path=response["Location"],
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _door(request: HttpRequest, link: ShareLink, form: OpenForm) -> HttpResponse:
    shown = {"form": form, "needs_phrase": bool(link.phrase)}
    return render(request, "sharing/door.html", shown)


def _opened(request: HttpRequest, secret: str) -> ShareLink:
    """The link, if this browser opened it. Raises `NotFound`."""
    link = links.find_link(secret)
    if not _is_open(request, link):
        raise NotFound("There is nothing here.")
    return link


def _is_open(request: HttpRequest, link: ShareLink) -> bool:
    try:
        shown = request.get_signed_cookie(_COOKIE, default="", max_age=_OPEN_FOR)
    except BadSignature:
        return False
    return shown == str(link.pk)
