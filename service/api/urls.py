"""Addresses of the API; below ``/api/`` what is none is a problem, and no page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from service.api.v1 import api, problems
from service.api.v1.problems import Problem


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """404, whatever the method."""
    del request
    detail = "There is no such address. The API is described at /api/v1/docs."
    return problems.answer(Problem(problems.NOT_FOUND, detail))


urlpatterns = [
    path("v1/", nothing),
    path("v1/", api.urls),
    re_path(r"", nothing),
]
