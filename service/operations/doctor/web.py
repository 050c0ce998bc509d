"""What the web server is told about itself: its secret, its address, its proxies, its replay."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from service.operations.doctor.finding import Finding, note, well, wrong

_LONG, _VARIED = 40, 12
_VIEWER = Path(__file__).parents[2] / "web" / "assets" / "dist" / "replay"
_OF_VIEWER = ("ui.js", "sw.js")


def look() -> Iterator[Finding]:
    """Findings on the web server's settings."""
    yield _secret_key()
    yield _origin()
    yield _proxies()
    yield _replay()
    yield _viewer()


def _secret_key() -> Finding:
    key = settings.SECRET_KEY
    do = "Make a new one: deploy/make-secrets shows how. Everybody has to sign in again."
    if len(key) < _LONG or len(set(key)) < _VARIED:
        return wrong("secret key", "is short or simple, and can be guessed", do)
    kept = settings.DATA / "secret-key"
    if kept.exists() and kept.stat().st_mode & 0o077:
        return wrong("secret key", "others on this machine can read it", f"Run: chmod 600 {kept}")
    return well("secret key", "strong")


def _origin() -> Finding:
    host = urlsplit(settings.ORIGIN).hostname or ""
    if not settings.IS_HTTPS and not _is_this_machine(host):
        return wrong(
            "origin",
            f"{settings.ORIGIN} is not https: passwords and evidence go in the clear",
            "Put a TLS proxy in front (docs/operating.md) and set HOLDFAST_ORIGIN to https://…",
        )
    if not _resolves(host):
        return wrong(
            "origin",
            f"the name {host} has no address",
            "Add it to the DNS, or correct HOLDFAST_ORIGIN.",
        )
    return well("origin", settings.ORIGIN)


def _proxies() -> Finding:
    if settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        return wrong(
            "proxies",
            "https needs a proxy in front, but none is trusted: everybody seems to come from its "
            "address, in custody and in what limits sign-ins",
            "Set HOLDFAST_TRUSTED_PROXIES to how many there are, usually 1.",
        )
    if settings.TRUSTED_PROXIES and not settings.IS_HTTPS:
        return note(
            "proxies",
            "a proxy is trusted although the origin is not https",
            "Make sure that nobody reaches the web server but through it.",
        )
    return well("proxies", f"{settings.TRUSTED_PROXIES} trusted")


def _replay() -> Finding:
    replay, origin = settings.REPLAY_ORIGIN, settings.ORIGIN
    if not replay:
        return note("replay", "is switched off", "Set HOLDFAST_REPLAY_ORIGIN (docs/operating.md).")
    if "{capture}" not in replay:
        return wrong(
            "replay",
            "has one origin for all captures: a captured page could look into another",
            "Let HOLDFAST_REPLAY_ORIGIN hold {capture}, as in https://{capture}.replay.example.org",
        )
    host = (urlsplit(replay.replace("{capture}", str(uuid.uuid4()))).hostname or "").lower()
    if urlsplit(replay).scheme != urlsplit(origin).scheme:
        return wrong("replay", "and the origin differ in http and https", "Use https for both.")
    if host == urlsplit(origin).hostname:
        return wrong("replay", "is not apart from the origin", "Give replay a name of its own.")
    if not _resolves(host):
        return wrong(
            "replay",
            f"names such as {host} have no address",
            "Add a wildcard entry to the DNS, and a certificate for it.",
        )
    return well("replay", replay)


def _viewer() -> Finding:
    missing = [name for name in _OF_VIEWER if not (_VIEWER / name).is_file()]
    if missing:
        return wrong("viewer", f"{', '.join(missing)} missing: no replay", "Run: make serve")
    return well("viewer", "complete")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _resolves(host: str) -> bool:
    if _is_this_machine(host):
        return True  # RFC 6761 §6.3: browsers need no DNS for it
    try:
        return bool(socket.getaddrinfo(host, None))
    except OSError:
        return False
