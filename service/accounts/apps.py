"""Tells Django of this folder."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the folder."""

    name = "service.accounts"
