"""Commands that need the database set Django up first; the others start without it."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured


def set_up_django() -> None:
    """Make the service's models usable; a bad setting ends the command (exit 2)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
    import django  # noqa: PLC0415 (costs a third of a second: not for every command)

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.stderr.write(f"holdfast: {error}\n")
        sys.exit(2)
