"""Tells Django of this folder."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Names the folder."""

    name = "service.api"
