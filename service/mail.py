"""The way out for e-mail, where the operator has given one; without it nothing is ever sent.

``HOLDFAST_SMTP`` is ``smtp://user@host:587`` (encrypted by STARTTLS, or not sent), ``smtps://``
(encrypted from the first byte), or ``smtp+plain://`` for a relay on this machine alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from service import environment
from service.environment import BadSetting

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True)
class Mail:
    """A mail server, and who the mails are from; `host` is '' where there is none."""

    scheme: str = ""
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""


def read_mail() -> Mail:
    """The server that the environment names. Raises `BadSetting`."""
    written = environment.text("HOLDFAST_SMTP", "")
    sender = environment.text("HOLDFAST_MAIL_FROM", "")
    if not written:
        return Mail(sender=sender)
    if "@" not in sender:
        raise BadSetting("With HOLDFAST_SMTP set, HOLDFAST_MAIL_FROM must say who mails are from.")
    parts = urlsplit(written)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host:
        raise BadSetting("HOLDFAST_SMTP must look like smtp://user@host:587.")
    if parts.scheme == "smtp+plain" and not _is_this_machine(host):
        raise BadSetting("HOLDFAST_SMTP without encryption is for a relay on this machine alone.")
    return Mail(
        scheme=parts.scheme,
        host=host,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=environment.secret("HOLDFAST_SMTP_PASSWORD") or "",
        sender=sender,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
