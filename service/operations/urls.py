"""Addresses for whoever runs the service."""

from __future__ import annotations

from django.urls import path

from service.operations import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
