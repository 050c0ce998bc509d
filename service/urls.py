"""Every address of the service."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("service.api.urls")),
    path("", include("service.accounts.urls")),
    path("", include("service.cases.urls")),
    path("", include("service.sharing.urls")),
    path("", include("service.operations.urls")),
    path("", include("service.web.urls")),
]

handler400 = "service.web.errors.bad_request"
handler403 = "service.web.errors.not_allowed"
handler404 = "service.web.errors.not_found"
handler500 = "service.web.errors.failed"
handler429 = "service.accounts.throttling.too_often"
"""allauth's; Django has none of its own."""
