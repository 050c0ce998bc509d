"""The address that a request comes from, through as many proxies as the operator says there are."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's IP address; '' where it cannot be known.

    Each trusted proxy appends what it saw to X-Forwarded-For: the client is the entry that the
    outermost of them appended. What stands further left was written by the client, and is ignored.
    """
    if not settings.TRUSTED_PROXIES:
        return _checked(request.META.get("REMOTE_ADDR", ""))
    seen = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(seen) < settings.TRUSTED_PROXIES:
        return ""
    return _checked(seen[-settings.TRUSTED_PROXIES])


def _checked(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        return ""
