"""Tells Django of this folder."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the folder."""

    name = "service.web"
