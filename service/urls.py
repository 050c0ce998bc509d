"""Every address of the service."""

from __future__ import annotations

from django.urls import include, path

from service.api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("service.operations.urls")),
]
