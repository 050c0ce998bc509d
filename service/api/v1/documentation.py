"""The page that explains the API: Swagger UI, served from our own origin, under our own CSP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Documentation(DocsBase):
    """A page without inline script. Its files come with django-ninja and from nowhere else."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page. A token that is typed in stays in the page and goes only to this API."""
        description = self.get_openapi_url(api, kwargs)
        settings = {"url": description, "deepLinking": True, "layout": "BaseLayout"}
        return render(request, "api/docs.html", {"description": description, "settings": settings})
