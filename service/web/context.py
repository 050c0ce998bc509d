"""What every page needs, whichever view made it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def of_every_page(request: HttpRequest | None = None) -> dict[str, Any]:
    """The quick exit and who runs the service. Asks no database: error pages use it as well."""
    del request
    return {"exit_url": settings.EXIT_URL, "operator": settings.OPERATOR}
