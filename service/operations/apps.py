"""Tells Django of this folder."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Names the folder."""

    name = "service.operations"
