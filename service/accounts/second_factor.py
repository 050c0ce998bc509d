"""What allauth asks us about second factors; their secrets are kept encrypted.

The key comes from ``HOLDFAST_SECRET_KEY``, which is not in the database: a copy of the database
alone opens no account that is protected by codes.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts what codes are made of."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not a code that counts now. Wait for the next one.",
    }

    def encrypt(self, text: str) -> str:
        """`text` as it stands in the database."""
        return _box(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given. Raises `ImproperlyConfigured` where the key is another one."""
        try:
            return _box(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "HOLDFAST_SECRET_KEY is not the one with which second factors were set up. "
                "Put the old one back, or have an administrator remove each person's second factor."
            ) from error


def passkeys_work(request: HttpRequest) -> bool:
    """Whether browsers do passkeys here: under a name, and by https or on this machine."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


@cache
def _box(secret: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"holdfast second factor").derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))
