"""Judging the certificates that a token carries: who signed, and with what right.

Which roots to trust is not decided here, nor anywhere in this package: that is the verifier's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from seal.der import reading
from seal.errors import Reason, TimestampError
from seal.token import CertificateId, IssuerSerial, SignedToken

_ID_HASHES = ("sha1", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """A certificate as carried: its DER, what it may be named by, and its parsed form."""

    der: bytes
    issuer_serial: IssuerSerial
    key_identifier: bytes | None
    subject: x509.Name
    issuer: x509.Name
    parsed: x509.Certificate


def read_certificates(ders: Sequence[bytes]) -> list[TokenCertificate]:
    """Read certificates; raises `TimestampError` if one of them is not readable."""
    return [_read(der) for der in ders]


def find_signer(certificates: Sequence[TokenCertificate], signed: SignedToken) -> TokenCertificate:
    """The certificate that the signature names (RFC 5652 section 5.3)."""
    for certificate in certificates:
        if signed.signer in {certificate.issuer_serial, certificate.key_identifier}:
            return certificate
    raise TimestampError(
        Reason.SIGNER_CERTIFICATE_ABSENT, "The token does not carry its signer's certificate"
    )


def check_certificate_ids(signer: TokenCertificate, ids: Sequence[CertificateId]) -> None:
    """The signed attributes must name this very certificate (RFC 3161, 2.4.2; RFC 5816).

    Otherwise another certificate of the same key could be put in the token's.
    """
    if not ids:
        raise TimestampError(
            Reason.CERTIFICATE_ID_ABSENT, "The signature does not say which certificate made it"
        )
    for identifier in ids:
        named = identifier.issuer_serial
        if _hash(identifier, signer.der) != identifier.digest or (
            named is not None and named != signer.issuer_serial
        ):
            raise TimestampError(
                Reason.CERTIFICATE_ID_MISMATCH,
                "The signature was made with another certificate than the token carries",
            )


def check_right_to_stamp(signer: TokenCertificate, at: datetime) -> None:
    """The certificate must be for timestamping alone (RFC 3161 section 2.3), and valid `at`.

    The extended key usage must be critical and exactly timeStamping; a key usage, if there is
    one, must be for signing only, which is also what `openssl ts -verify` demands.
    """
    with reading("signer's certificate"):
        extended, usage = _usages(signer.parsed)
        begin, end = signer.parsed.not_valid_before_utc, signer.parsed.not_valid_after_utc
    if extended is None or not extended.critical:
        _refuse_usage("does not say, critically, that it is for timestamping")
    elif list(extended.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        _refuse_usage("is not for timestamping alone")
    if usage is not None and not _only_signs(usage):
        _refuse_usage("allows its key other uses than signing")
    if not begin <= at <= end:
        raise TimestampError(
            Reason.CERTIFICATE_NOT_VALID,
            f"The signer's certificate is valid from {begin:%Y-%m-%d %H:%M:%S} to "
            f"{end:%Y-%m-%d %H:%M:%S} UTC, but the token says {at:%Y-%m-%d %H:%M:%S} UTC",
        )


def order_chain(
    signer: TokenCertificate, certificates: Sequence[TokenCertificate]
) -> tuple[TokenCertificate, ...]:
    """The signer, then its issuers in order, then whatever else the token carried."""
    issuers = find_issuers(signer, certificates)
    known = {id(each) for each in (signer, *issuers)}
    others = [each for each in certificates if id(each) not in known]
    return (signer, *issuers, *others)


def find_issuers(
    signer: TokenCertificate, certificates: Sequence[TokenCertificate]
) -> tuple[TokenCertificate, ...]:
    """The signer's issuer, that one's issuer and so on, as far as the token carries them.

    Each one's key signed the certificate before it; nothing else is known of them.
    """
    chain, others = [signer], [each for each in certificates if each is not signer]
    while True:
        issuer = next((each for each in others if _issued(each, chain[-1])), None)
        if issuer is None:
            return tuple(chain[1:])
        chain.append(issuer)
        others.remove(issuer)


def chain_pem(chain: Sequence[TokenCertificate]) -> bytes:
    """PEM blocks in the chain's order."""
    return b"".join(each.parsed.public_bytes(Encoding.PEM) for each in chain)


def _read(der: bytes) -> TokenCertificate:
    with reading("token's certificate"):
        named = asn1_x509.Certificate.load(der, strict=True)
        identifier = named.key_identifier
        parsed = x509.load_der_x509_certificate(der)
        return TokenCertificate(
            der=der,
            issuer_serial=IssuerSerial(str(named.issuer.hashable), int(named.serial_number)),
            key_identifier=None if identifier is None else bytes(identifier),
            subject=parsed.subject,
            issuer=parsed.issuer,
            parsed=parsed,
        )


def _hash(identifier: CertificateId, der: bytes) -> bytes:
    if identifier.hash_name not in _ID_HASHES:
        raise TimestampError(
            Reason.UNSUPPORTED, f"The signer's certificate is named by {identifier.hash_name}"
        )
    # SHA-1 only because RFC 2634 knows nothing else; what it protects is signed as well.
    return hashlib.new(identifier.hash_name, der, usedforsecurity=False).digest()


_Usages = tuple[x509.Extension[x509.ExtendedKeyUsage] | None, x509.KeyUsage | None]


def _usages(certificate: x509.Certificate) -> _Usages:
    extended, usage = None, None
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.ExtendedKeyUsage):
            extended = extension
        elif isinstance(extension.value, x509.KeyUsage):
            usage = extension.value
    return extended, usage


def _only_signs(usage: x509.KeyUsage) -> bool:
    signs = usage.digital_signature or usage.content_commitment
    other = (usage.key_encipherment, usage.data_encipherment, usage.key_agreement)
    return signs and not any((*other, usage.key_cert_sign, usage.crl_sign))


def _refuse_usage(why: str) -> None:
    raise TimestampError(Reason.WRONG_KEY_USAGE, f"The signer's certificate {why}")


def _issued(issuer: TokenCertificate, subject: TokenCertificate) -> bool:
    if issuer.subject != subject.issuer:
        return False
    try:
        subject.parsed.verify_directly_issued_by(issuer.parsed)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
