"""Judging a revocation list before it is kept (RFC 5280, section 5; format, 5.4).

A list that a verifier cannot check costs the timestamp that it stands beside, so the rules here are
narrower than the verifier's: what is in any doubt is left out, and the timestamp stands without.
"""

from datetime import UTC, datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import SignatureAlgorithmOID

from seal.der import UNREADABLE, is_strict
from seal.errors import RevocationListError

MAX_FILE_BYTES = 262_144
"""What a file below `seal/` may have (format, 1.4); a list's PEM must fit, so its DER does, too."""

_ALGORITHMS = {  # SHA-2 with those two kinds of keys; RSASSA-PSS is not used for lists
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
}
_ENTRY_EXTENSIONS = (x509.CRLReason, x509.InvalidityDate)


def points(certificate: x509.Certificate) -> list[x509.DistributionPoint]:
    """The distribution points at which a certificate's list is (RFC 5280, 4.2.1.13).

    Points for some reasons only, or for lists of another issuer, are not among them.
    """
    try:
        extension = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return []
    return [each for each in extension.value if not each.reasons and not each.crl_issuer]


def check_list(
    der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> tuple[bytes, str | None]:
    """Accept a list about `certificate`; gives its PEM, and the certificate's revocation if told.

    `issuer` is the certificate whose key signed `certificate`, `at` the token's time. Raises
    `RevocationListError` with the first of these steps that fails:

    1. It is of sensible size, one CertificateList in strict DER with nothing after it, and all of
       it can be read.
    2. `issuer` signed it, by SHA-2, and may sign lists.
    3. It is complete, and about this certificate.
    4. It has begun and not ended, both now and at the token's time.

    A list that says that the certificate is revoked is as good as any other, and is kept.
    """
    listed = _read(der)  # 1
    _check_issuer(listed, der, certificate, issuer)  # 2
    _check_scope(listed, certificate)  # 3
    _check_times(listed, max(at, datetime.now(UTC)))  # 4
    return listed.public_bytes(Encoding.PEM), _revocation(listed, certificate)


def _read(der: bytes) -> x509.CertificateRevocationList:
    if len(der) > MAX_FILE_BYTES:
        raise RevocationListError("is larger than what may be kept")
    try:
        listed = x509.load_der_x509_crl(der)
        # The library is lazy: what a verifier will read is read here, once.
        of_entries = [extension for entry in listed for extension in entry.extensions]
        _ = listed.issuer, listed.extensions
    except UNREADABLE as error:
        raise RevocationListError("is not a certificate revocation list in DER") from error
    if not is_strict(der):
        raise RevocationListError("is not in strict DER")
    if any(each.critical and not isinstance(each.value, _ENTRY_EXTENSIONS) for each in of_entries):
        raise RevocationListError("has an entry of a kind that is not known here")
    return listed


def _check_issuer(
    listed: x509.CertificateRevocationList,
    der: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
) -> None:
    if not _issuer_named(der) == _names(certificate)[0] == _names(issuer)[1]:
        raise RevocationListError("is of another issuer")
    if listed.signature_algorithm_oid not in _ALGORITHMS:
        raise RevocationListError("is signed by an algorithm that is not accepted here")
    if not _is_signed_by(listed, issuer):
        raise RevocationListError("was not signed by the certificate's issuer")
    if not _may_sign_lists(issuer):
        raise RevocationListError("is by an issuer that may not sign lists")


def _issuer_named(der: bytes) -> bytes:
    # Byte for byte, as the verifier compares names; the other library's names forget their types.
    return bytes(asn1_crl.CertificateList.load(der)["tbs_cert_list"]["issuer"].dump())


def _names(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Issuer and subject as they are encoded."""
    read = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return bytes(read.issuer.dump()), bytes(read.subject.dump())


def _is_signed_by(listed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        key = issuer.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            return 2048 <= key.key_size <= 16384 and listed.is_signature_valid(key)
        if isinstance(key, ec.EllipticCurvePublicKey):
            known = isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1)
            return known and listed.is_signature_valid(key)
    except UNREADABLE:
        return False
    return False


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except UNREADABLE:
        return False
    return usage.crl_sign


def _check_scope(listed: x509.CertificateRevocationList, certificate: x509.Certificate) -> None:
    for extension in listed.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            if not _covers(extension.value, certificate):
                raise RevocationListError("is not about this certificate")
        elif extension.critical or isinstance(extension.value, x509.DeltaCRLIndicator):
            raise RevocationListError("is not a complete one, or of a kind not known here")


def _covers(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
        return False
    is_authority = _is_authority(certificate)
    if scope.only_contains_user_certs if is_authority else scope.only_contains_ca_certs:
        return False
    if scope.relative_name is not None:
        return False
    own = {name for point in points(certificate) for name in point.full_name or ()}
    return scope.full_name is None or not own.isdisjoint(scope.full_name)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _check_times(listed: x509.CertificateRevocationList, latest: datetime) -> None:
    begin, end = listed.last_update_utc, listed.next_update_utc
    if begin > latest:
        raise RevocationListError(f"is of a time to come, {begin:%Y-%m-%d %H:%M:%S} UTC")
    if end is None:  # RFC 5280, 5.1.2.5, wants it
        raise RevocationListError("does not say until when it holds")
    if end < latest:
        raise RevocationListError(f"ended on {end:%Y-%m-%d %H:%M:%S} UTC")


def _revocation(
    listed: x509.CertificateRevocationList, certificate: x509.Certificate
) -> str | None:
    """When the certificate was revoked and why, in words; None where it is not listed."""
    entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return None
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        reason = "no reason told"
    return f"revoked on {entry.revocation_date_utc:%Y-%m-%d %H:%M:%S} UTC ({reason})"
