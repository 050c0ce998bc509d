"""A webhook's secret: shown once, kept encrypted, since each message is signed with it.

Where it cannot be opened any more (`service.encryption`), the webhook has to be made anew.
"""

from __future__ import annotations

import base64
import secrets

from service import encryption

_PREFIX = "whsec_"  # Standard Webhooks 1.0.0, "Signature scheme"
_OCTETS = 32
_PURPOSE = "holdfast webhook secrets"


def new_secret() -> str:
    """A fresh secret as it is shown: ``whsec_`` and 256 random bits in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_OCTETS)).decode("ascii")


def encrypted(secret: str) -> str:
    """What is kept of `secret`."""
    return encryption.encrypted(secret, _PURPOSE)


def key_of(kept: str) -> bytes:
    """The bytes that sign, out of what was kept. Raises `service.encryption.SecretLost`."""
    secret = encryption.decrypted(kept, _PURPOSE)
    return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
