"""Tells Django of this folder."""

from django.apps import AppConfig


class CapturesConfig(AppConfig):
    """Names the folder."""

    name = "service.captures"
