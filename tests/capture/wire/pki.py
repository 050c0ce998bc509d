"""Certificates made to order: who signs, for which names, from when to when, with which key."""

import datetime as dt
import functools
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Identity:
    """A certificate, its key, and the certificates between it and the authority."""

    certificate: x509.Certificate
    key: Key
    between: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def chain(self) -> list[bytes]:
        """What a server sends: DER, its own certificate first."""
        return [self.der, *(c.public_bytes(serialization.Encoding.DER) for c in self.between)]

    def write(self, path: Path) -> Path:
        """Key and certificates in one PEM file."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        between = b"".join(c.public_bytes(serialization.Encoding.PEM) for c in self.between)
        path.write_bytes(key + self.pem + between)
        return path


@functools.cache
def key(kind: str, number: int = 0) -> Key:
    """Keys are slow to make: the same one for the same `kind` and `number`."""
    if kind == "rsa":
        return rsa.generate_private_key(65_537, 2_048)
    return ec.generate_private_key(ec.SECP256R1())


@functools.cache
def authority(name: str = "Test root") -> Identity:
    return issue(name, None, ca=True, number=1)


def issue(
    name: str,
    issuer: Identity | None,
    *,
    names: tuple[str, ...] = (),
    start: dt.datetime = NOW - DAY,
    end: dt.datetime = NOW + 30 * DAY,
    ca: bool = False,
    kind: str = "ec",
    number: int = 0,
) -> Identity:
    """A certificate for `names` (host names or IP addresses), signed by `issuer` or by itself."""
    own = key(kind, number)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else own
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    builder = _use(builder, names, ca=ca)
    between = (issuer.certificate, *issuer.between) if issuer and issuer.between else ()
    if issuer and issuer.certificate.issuer != issuer.certificate.subject:
        between = (issuer.certificate, *issuer.between)
    return Identity(builder.sign(signer, hashes.SHA256()), own, between)


def _use(
    builder: x509.CertificateBuilder, names: tuple[str, ...], *, ca: bool
) -> x509.CertificateBuilder:
    usage = dict.fromkeys(
        [
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ],
        False,
    )
    granted = ("key_cert_sign", "crl_sign") if ca else ("digital_signature", "key_encipherment")
    usage |= dict.fromkeys(granted, True)
    builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
    if ca:
        return builder
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    if not names:
        return builder
    alternatives = x509.SubjectAlternativeName([_general_name(each) for each in names])
    return builder.add_extension(alternatives, critical=False)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
