"""Tells Django of this folder."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Names the folder."""

    name = "service.evidence"
