"""A webhook's secret: shown once, kept encrypted.

It must be used again for every message, so a digest would not do. It is encrypted (Fernet) under a
key derived from SECRET_KEY, which is not in the database: a copy of the database alone, or a backup
of it, lets nobody forge a message. It does not protect against whoever has the machine, or its
environment, as well. Where SECRET_KEY is replaced without keeping the old one among
SECRET_KEY_FALLBACKS, secrets cannot be opened any more, and webhooks have to be made anew.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PREFIX = "whsec_"  # Standard Webhooks 1.0.0, "Signature scheme"
_OCTETS = 32


class SecretLost(Exception):
    """The secret was encrypted under a key that is no longer there."""


def new_secret() -> str:
    """A fresh secret as it is shown: ``whsec_`` and 256 random bits in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_OCTETS)).decode("ascii")


def encrypted(secret: str) -> str:
    """What is kept of `secret`."""
    return _box().encrypt(secret.encode("ascii")).decode("ascii")


def key_of(kept: str) -> bytes:
    """The bytes that sign, out of what was kept. Raises `SecretLost`."""
    try:
        secret = _box().decrypt(kept.encode("ascii")).decode("ascii")
    except InvalidToken as error:
        raise SecretLost("The secret cannot be opened: SECRET_KEY was replaced.") from error
    return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)


def _box() -> MultiFernet:
    return MultiFernet(
        [_fernet(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"holdfast webhook secrets").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
