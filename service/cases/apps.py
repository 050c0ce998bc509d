"""Tells Django of this folder."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Names the folder."""

    name = "service.cases"
