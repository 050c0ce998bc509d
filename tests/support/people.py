"""People for the tests of the service, and browsers (Django's test client) that are theirs."""

from __future__ import annotations

import hmac
import json
import struct
import time
from base64 import b32decode
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric import ec
from django.http import HttpResponse
from django.test import Client
from fido2.cose import CoseKey
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from service.accounts.models import Installation, User

PASSWORD = "correct horse battery staple"


def somebody(email: str, **more: Any) -> User:
    """An account without a password: quickly made, for tests that do not sign in with one."""
    Installation.objects.get_or_create(pk=Installation.THE_ONE)
    user = User.objects.create_user(email, None, **more)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def browser_of(user: User, *, is_fresh: bool = False) -> Client:
    """A browser in which `user` is signed in; with `is_fresh`, has just shown that it is they."""
    client = Client()
    client.force_login(user)
    if is_fresh:
        confirm(client, user)
    return client


def confirm(client: Client, user: User) -> None:
    """As if `user` had just shown once more that it is they."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> HttpResponse:
    """Send the form of the sign-in page."""
    told = {"login": email, "password": password}
    return client.post("/accounts/login/", told, **more)  # type: ignore[return-value]


def code_of(secret: str, later_s: int = 0) -> str:
    """The code of an authenticator app (RFC 6238), `later_s` seconds from now."""
    counter = int(time.time() + later_s) // 30
    digest = hmac.new(b32decode(secret), struct.pack(">Q", counter), "sha1").digest()
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def passkey() -> dict[str, Any]:
    """A passkey as allauth keeps it; nobody has its private key any more."""
    public = CoseKey.for_alg(-7).from_cryptography_key(  # ES256
        ec.generate_private_key(ec.SECP256R1()).public_key()
    )
    credential = AttestedCredentialData.create(bytes(16), b"a passkey", public)
    seen = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    told = AuthenticatorData.create(sha256(b"testserver").digest(), seen, 0, credential)
    client = CollectedClientData.create("webauthn.create", bytes(32), "http://testserver")
    response = AuthenticatorAttestationResponse(
        client_data=client, attestation_object=AttestationObject.create("none", told, {})
    )
    made = dict(RegistrationResponse(raw_id=b"a passkey", response=response))
    made["clientExtensionResults"] = {"credProps": {"rk": True}}
    return {"name": "My telephone", "credential": json.loads(json.dumps(made, default=dict))}
