"""Whether a server was who it said it was: a verdict on each certificate chain.

The browser is told to go on in spite of a bad certificate, since what such a server shows is
evidence too. So the verdict is ours: the chain off the wire, against the certificate authorities of
Mozilla's list (`certifi`), or of the file in ``SSL_CERT_FILE``, at the time of the capture.
Revocation is not asked for: that would tell a third party what is being captured.
"""

from __future__ import annotations

import functools
import hashlib
import os
import ssl
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, Subject, VerificationError

VALID = "valid"
"""The verdict on a chain with which nothing is wrong; every other says what is."""

# What `cryptography` raises for a certificate that a hostile server may make.
_MALFORMED = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class Certificate:
    """One certificate of a chain, in the words of the record."""

    subject: str
    issuer: str
    serial_number: str
    not_before: str
    not_after: str
    sha256: str


@dataclass(frozen=True)
class ChainVerdict:
    """`verdict` is ``valid``, ``expired``, ``not yet valid``, ``wrong host``, ``self-signed``,
    ``unknown authority`` or ``unreadable``; `detail` explains; `chain` is end entity first."""

    verdict: str
    detail: str = ""
    chain: list[Certificate] = field(default_factory=list)


def judge(chain: list[bytes], host: str, at_ns: int) -> ChainVerdict:
    """Judge the DER certificates that a server sent when asked for `host` at Unix time `at_ns`.

    Not guaranteed: that a chain called valid had not been revoked.
    """
    moment = datetime.fromtimestamp(at_ns / 1e9, UTC)
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
        described = [_describe(certificate) for certificate in certificates]
    except _MALFORMED as error:
        return ChainVerdict("unreadable", str(error))
    if not certificates:
        return ChainVerdict("unreadable", "the server sent no certificate")
    verdict, detail = _verdict(certificates, host.removesuffix("."), moment)
    return ChainVerdict(verdict, detail, described)


def _verdict(certificates: list[x509.Certificate], host: str, moment: datetime) -> tuple[str, str]:
    leaf = certificates[0]
    if moment > leaf.not_valid_after_utc:
        return "expired", f"since {leaf.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC"
    if moment < leaf.not_valid_before_utc:
        return "not yet valid", f"before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M:%S} UTC"
    try:
        subject = _subject(leaf, host)
        builder = PolicyBuilder().store(_roots()).time(moment)
        builder.build_server_verifier(subject).verify(leaf, certificates[1:])
    except (VerificationError, *_MALFORMED) as error:
        return _reason(leaf, host, str(error))
    except OSError as error:
        return "unknown authority", f"the list of authorities cannot be read: {error.strerror}"
    return VALID, ""


def _reason(leaf: x509.Certificate, host: str, error: str) -> tuple[str, str]:
    if leaf.issuer == leaf.subject:
        return "self-signed", error
    if not _names_match(leaf, host):
        return "wrong host", error
    return "unknown authority", error


def _names_match(leaf: x509.Certificate, host: str) -> bool:
    """Whether the certificate names `host`: by name, one-label wildcard (RFC 9525 §6.3), or IP."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, *_MALFORMED):
        return False
    address = _address(host)
    if address is not None:
        return address in names.get_values_for_type(x509.IPAddress)
    wildcard = f"*.{host.partition('.')[2]}"
    return {host.lower(), wildcard.lower()} & {
        name.lower() for name in names.get_values_for_type(x509.DNSName)
    } != set()


def _subject(leaf: x509.Certificate, host: str) -> Subject:
    """What to verify `leaf` for.

    The library refuses a host with an underscore, which browsers take; only a wildcard can mean it
    (public authorities certify none), and a wildcard means every other label as well.
    """
    address = _address(host)
    if address is not None:
        return x509.IPAddress(address)
    label, _, parent = host.partition(".")
    by_wildcard = "_" in label and _names_match(leaf, host)
    return x509.DNSName(f"x.{parent}" if by_wildcard else host)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@functools.lru_cache(maxsize=4)
def _store(path: str, changed_ns: int) -> Store:
    del changed_ns  # part of the key only: a file that changed is read again
    with warnings.catch_warnings():  # some old authorities' serial numbers break RFC 5280
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return Store(x509.load_pem_x509_certificates(Path(path).read_bytes()))


def _roots() -> Store:
    path = Path(
        os.environ.get(ssl.get_default_verify_paths().openssl_cafile_env) or certifi.where()
    )
    return _store(str(path), path.stat().st_mtime_ns)


def _describe(certificate: x509.Certificate) -> Certificate:
    der = certificate.public_bytes(Encoding.DER)
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial_number=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc.isoformat(),
        not_after=certificate.not_valid_after_utc.isoformat(),
        sha256=hashlib.sha256(der).hexdigest(),
    )
