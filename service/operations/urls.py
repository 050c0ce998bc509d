"""Addresses for whoever runs the service; `probes` answers them before anything else is asked."""

from __future__ import annotations

from django.urls import path

from service.operations import health
from service.operations.metrics import view

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", view.metrics),
]
