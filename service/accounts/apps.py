"""Tells Django of this folder."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the folder."""

    name = "service.accounts"

    def ready(self) -> None:
        """Listen for passwords that change."""
        from service.accounts import passwords, sessions  # noqa: F401, PLC0415 (needs the models)
