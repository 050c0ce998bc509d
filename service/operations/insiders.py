"""Who may see how the service is doing: the operator's networks, and whoever has the token."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest

from service.address import address_of

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def is_insider(request: HttpRequest) -> bool:
    """Whether the request carries the metrics token, or comes from one of the metrics networks.

    A request that some proxy passed on, although the operator told of none, comes from nobody
    knows where: else the proxy's own address, often loopback, would let everybody in.
    """
    if settings.METRICS_TOKEN and _has_token(request, settings.METRICS_TOKEN):
        return True
    if not settings.TRUSTED_PROXIES and any(name in request.headers for name in _FORWARDED):
        return False
    address = address_of(request)
    return bool(address) and any(
        ip_address(address) in ip_network(network) for network in settings.METRICS_NETWORKS
    )


def _has_token(request: HttpRequest, token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())
