"""Tells Django of this folder."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """Names the folder."""

    name = "service.custody"
