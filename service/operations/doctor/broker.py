"""The broker: whether it answers, and whether every machine hears it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from kombu.exceptions import OperationalError

from service.operations.doctor.finding import Finding, note, well, wrong
from service.operations.health import ask_broker


def look() -> Iterator[Finding]:
    """Findings on the broker."""
    try:
        ask_broker()
    except (OperationalError, OSError) as error:
        yield wrong(
            "broker",
            f"does not answer ({type(error).__name__})",
            "Start it; check HOLDFAST_BROKER and the password's file.",
        )
        return
    yield well("broker", "answers")
    parts = urlsplit(settings.BROKER_URL)
    if parts.scheme == "filesystem":
        yield _in_files()
    elif parts.hostname and not parts.password:
        yield _without_password(parts.hostname)


def _in_files() -> Finding:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return wrong(
            "broker",
            "is a folder of this machine: workers of other machines do not hear it",
            "Set HOLDFAST_BROKER to a Redis that all machines reach.",
        )
    if shutil.which("redis-server"):
        return well("broker", "holdfast serve starts a Redis of its own")
    return note(
        "broker",
        "is a folder: good enough for one machine, and slower to react",
        "Install redis-server; holdfast serve finds it.",
    )


def _without_password(host: str) -> Finding:
    if _is_loopback(host):
        return note(
            "broker",
            "has no password: whoever has an account on this machine can ring, or read the bells",
            "Set HOLDFAST_BROKER_PASSWORD_FILE.",
        )
    return wrong(
        "broker",
        "is asked without a password over a network",
        "Give Redis a password (requirepass) and set HOLDFAST_BROKER_PASSWORD_FILE.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
