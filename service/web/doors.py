"""Who looks at a page: signed in, or sent to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from service.accounts.models import User
from service.address import address_of
from service.custody.recording import Actor

_More = ParamSpec("_More")


class Visit(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


_View = Callable[Concatenate[Visit, _More], HttpResponseBase]


def signed_in(view: _View[_More]) -> Callable[Concatenate[Any, _More], HttpResponseBase]:
    """Let only people who are signed in to `view`; the others sign in first and then come there."""

    @wraps(view)
    def guarded(request: Any, /, *args: _More.args, **more: _More.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **more)
        if request.htmx:  # a part of a page: the whole page has to go and sign in
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())

    return guarded


def actor(request: Visit) -> Actor:
    """Who looks, as the custody chain names them."""
    return Actor("user", str(request.user.pk), request.user.email, address_of(request))
