"""Django's description of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Its models."""

    name = "service.profiles"
