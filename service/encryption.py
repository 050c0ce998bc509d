"""What must be used again is kept encrypted: a digest would not do.

Encrypted (Fernet) under a key derived from SECRET_KEY, which is not in the database: a copy of the
database alone, or a backup of it, opens nothing. It does not protect against whoever has the
machine, or its environment, as well. Where SECRET_KEY is replaced without keeping the old one among
SECRET_KEY_FALLBACKS, nothing that was kept can be opened any more.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretLost(Exception):
    """It was encrypted under a key that is no longer there."""


def encrypted(secret: str, purpose: str) -> str:
    """What is kept of `secret`; opened for the same `purpose` only."""
    return _box(purpose).encrypt(secret.encode()).decode("ascii")


def decrypted(kept: str, purpose: str) -> str:
    """The secret, out of what was kept. Raises `SecretLost`."""
    try:
        return _box(purpose).decrypt(kept.encode("ascii")).decode()
    except InvalidToken as error:
        raise SecretLost("The secret cannot be opened: SECRET_KEY was replaced.") from error


def _box(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_fernet(str(key), purpose) for key in keys])


def _fernet(key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
