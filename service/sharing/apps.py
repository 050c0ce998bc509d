"""Tells Django of this folder."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Names the folder."""

    name = "service.sharing"
