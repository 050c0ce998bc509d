"""Every address of the service."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("service.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("service.operations.urls")),
]
