"""Which requests are for a replay. Hosts are told apart here, before anything else sees a request.

On a replay host there is no session, no cookie, and no page of the app; and no address on the
app's host leads to anything that a replay host serves (`replay_answers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from service.cases.access import NotFound
from service.connections import host_of
from service.evidence.errors import EvidenceError
from service.web.replay_answers import answer, with_headers


class ReplayHost:
    """Answers every request for a replay host; passes all others on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer it, or pass it on."""
        label = replay_label(_host(request))
        if label is None:
            return self._get_response(request)
        try:
            response = answer(request, label)
        except NotFound:
            response = HttpResponse("Nothing here.", status=404, content_type="text/plain")
        except EvidenceError:
            response = HttpResponse("The store failed.", status=503, content_type="text/plain")
        return with_headers(response)


def _host(request: HttpRequest) -> str:
    """The host asked for; '' for one that is nobody's, which is refused further in."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


def replay_label(host: str) -> str | None:
    """What stands for ``{capture}`` in the name of a replay host; None for any other host."""
    if not settings.REPLAY_ORIGIN:
        return None
    name = re.sub(r":\d+$", "", host).lower().rstrip(".")
    if name in _own_hosts():
        return None
    before, _, after = (urlsplit(settings.REPLAY_ORIGIN).hostname or "").partition("{capture}")
    if not (after and name.startswith(before) and name.endswith(after)):
        return None
    return name[len(before) : len(name) - len(after)]


def _own_hosts() -> set[str]:
    exact = (each.lower() for each in settings.ALLOWED_HOSTS if not each.startswith("."))
    return {host_of(settings.ORIGIN), *exact}
