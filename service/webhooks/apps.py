"""Tells Django of this folder."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Names the folder."""

    name = "service.webhooks"
