"""A forgotten password: by e-mail where the operator has set it up, else by the administrator."""

from __future__ import annotations

from allauth.account.views import password_reset
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link by e-mail; without a way out for e-mail, the page says whom to ask."""
    if settings.EMAIL_HOST:
        sent: HttpResponseBase = password_reset(request)
        return sent
    if request.method == "POST":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    return render(request, "accounts/ask_administrator.html")
