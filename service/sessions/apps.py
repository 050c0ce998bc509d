"""Django's description of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Its models. Django has an app of this name, for the sessions of people with us."""

    name = "service.sessions"
    label = "supplied_sessions"
