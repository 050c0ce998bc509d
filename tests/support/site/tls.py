"""A throw-away certificate authority and its certificates, made once a process.

`good` is what an honest site shows; the others each have one defect, which is their name.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.9", "::1")
NAMES = ("localhost", "murmur.test", "*.murmur.test")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        """Key and certificate in one file, as `load_cert_chain` wants them."""
        return key_pem(self.key) + certificate_pem(self.certificate)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as PEM, unprotected."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def pin(pair: Pair) -> str:
    """SHA-256 of the public key, in base64, as browsers name it."""
    public = pair.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


@functools.cache
def authority() -> Pair:
    """The certificate authority of this process."""
    return _make("Murmur throw-away CA", issuer=None, ca=True)


@functools.cache
def leaf(kind: str) -> Pair:
    """A server certificate: 'good', 'expired', 'wrong-host' or 'self-signed'."""
    now = dt.datetime.now(dt.UTC)
    if kind == "expired":
        return _make("127.0.0.1", authority(), start=now - 40 * _DAY, end=now - 10 * _DAY)
    if kind == "wrong-host":
        return _make("elsewhere.test", authority(), names=("elsewhere.test",), addresses=())
    if kind == "self-signed":
        return _make("127.0.0.1", issuer=None)
    return _make("127.0.0.1", authority())


def _make(
    common_name: str,
    issuer: Pair | None,
    *,
    ca: bool = False,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    names: tuple[str, ...] = NAMES,
    addresses: tuple[str, ...] = ADDRESSES,
) -> Pair:
    now = dt.datetime.now(dt.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or now - _DAY)
        .not_valid_after(end or now + 30 * _DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        identifier = issuer.certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        )
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value),
            critical=False,
        )
    builder = _authority_use(builder) if ca else _server_use(builder, names, addresses)
    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _authority_use(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"), False
    )
    usage |= dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False)
    usage |= dict.fromkeys(("key_cert_sign", "crl_sign"), True)
    return builder.add_extension(x509.KeyUsage(**usage), critical=True)


def _server_use(
    builder: x509.CertificateBuilder, names: tuple[str, ...], addresses: tuple[str, ...]
) -> x509.CertificateBuilder:
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    return builder.add_extension(
        x509.SubjectAlternativeName(alternatives), critical=False
    ).add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)


@functools.cache
def context(kind: str, protocols: tuple[str, ...], newest: str = "TLSv1_3") -> ssl.SSLContext:
    """A server context for a certificate, offering these protocols by ALPN."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.maximum_version = ssl.TLSVersion[newest]
    made.set_alpn_protocols(list(protocols))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pair.pem"
        file.write_bytes(leaf(kind).pem())
        made.load_cert_chain(file)
    return made
