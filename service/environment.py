"""Typed readers of the environment: a bad value is refused at start, by name.

Every setting of the service is read through these; docs/settings.md lists them all. Secrets may
stand in a file instead, named by the same variable with ``_FILE``, and are never printed.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class BadSetting(ImproperlyConfigured):
    """A setting has a value that makes no sense; the message names it and says what would do."""


def text(name: str, default: str) -> str:
    """The variable `name`, without white space around it."""
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str | None:
    """What the file ``NAME_FILE`` holds, else the variable `name`, else None.

    Raises `BadSetting` for a file that cannot be read or is empty.
    """
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return os.environ.get(name, "").strip() or None
    try:
        value = Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise BadSetting(
            f"{name}_FILE names a file that cannot be read: {error.strerror}"
        ) from error
    if not value:
        raise BadSetting(f"{name}_FILE names an empty file. Put the secret into it.")
    return value


def number(name: str, default: float, low: float, high: float) -> float:
    """A number between `low` and `high`, both included."""
    written = os.environ.get(name, "").strip()
    if not written:
        return default
    try:
        value = float(written)
    except ValueError as error:
        raise BadSetting(f"{name} is {written!r}; it must be a number.") from error
    if not low <= value <= high:
        raise BadSetting(f"{name} is {written}; it must lie between {low:g} and {high:g}.")
    return value


def whole(name: str, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both included."""
    value = number(name, default, low, high)
    if value != int(value):
        raise BadSetting(f"{name} is {value}; it must be a whole number.")
    return int(value)


_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def switch(name: str, *, default: bool) -> bool:
    """``1``, ``true``, ``yes``, ``on`` or their opposites."""
    written = os.environ.get(name, "").strip().lower()
    if not written:
        return default
    if written not in _YES | _NO:
        raise BadSetting(f"{name} is {written!r}; it must be 'on' or 'off'.")
    return written in _YES


def items(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Values separated by commas."""
    written = os.environ.get(name, "")
    return tuple(part.strip() for part in written.split(",") if part.strip()) or default


def networks(name: str) -> tuple[str, ...]:
    """Networks in CIDR notation, separated by commas."""
    written = items(name)
    for each in written:
        try:
            ip_network(each)
        except ValueError as error:
            raise BadSetting(f"{name}: {each!r} is no network such as 10.0.0.0/8.") from error
    return written


def page(name: str, default: str) -> str:
    """The address of a web page."""
    written = text(name, default)
    if not written.startswith(("https://", "http://")):
        raise BadSetting(f"{name} is {written!r}; it must begin with https:// or http://.")
    return written


def folder(name: str, default: Path) -> Path:
    """An absolute path; it need not exist yet."""
    return Path(text(name, str(default))).expanduser().absolute()
