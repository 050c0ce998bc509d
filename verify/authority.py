"""Whether a timestamp authority is to be relied upon: its certificate's purpose, and its path.

The path is built and its signatures checked by `cryptography.x509.verification` (RFC 5280), at the
timestamp's own time. That library's defaults are the Web's; here its rules for extensions are
replaced by RFC 3161's, and what its bare rules leave open is said explicitly: an issuer is a
certification authority, may sign certificates, and may issue for timestamping.
Not checked: revocation.
"""

import datetime as dt
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.quoting import shown
from verify.trust import Root

_TIMESTAMPING = [ExtendedKeyUsageOID.TIME_STAMPING]
_ISSUING = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}

T = TypeVar("T", bound=x509.ExtensionType)


def load(data: bytes, file: str) -> x509.Certificate:
    """Parse a DER certificate; raise `Contradiction` where it is none."""
    with _quiet():
        try:
            return x509.load_der_x509_certificate(data)
        except ValueError as error:
            message = f"a malformed certificate: {shown(str(error))}"
            raise Contradiction(Code.TIMESTAMP_MALFORMED, message, file) from error


def check_purpose(certificate: x509.Certificate, file: str) -> None:
    """Raise `Undecided` unless the certificate is for timestamping, critically and solely.

    RFC 3161, 2.3: exactly one extended key usage, and it is critical; otherwise a certificate made
    for another purpose could date documents.
    """
    usage = _extension(certificate, x509.ExtendedKeyUsage, file)
    if usage is None or not usage.critical or list(usage.value) != _TIMESTAMPING:
        message = "the certificate is not critically and solely for timestamping"
        raise Undecided(Code.TIMESTAMP_PURPOSE, message, file)


def key_identifier(data: bytes, file: str) -> bytes | None:
    """Return a DER certificate's subject key identifier, where it has one."""
    extension = _extension(load(data, file), x509.SubjectKeyIdentifier, file)
    return extension.value.digest if extension else None


def _extension(certificate: x509.Certificate, kind: type[T], file: str) -> x509.Extension[T] | None:
    with _quiet():
        try:
            return certificate.extensions.get_extension_for_class(kind)
        except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            message = f"the certificate's extensions cannot be read: {shown(str(error))}"
            raise Undecided(Code.TIMESTAMP_PURPOSE, message, file) from error
        except x509.ExtensionNotFound:
            return None


def check_path(
    leaf: bytes, others: Iterable[bytes], roots: Iterable[Root], time: dt.datetime, file: str
) -> Root:
    """Return the trusted root that the authority's certificate leads to at this time.

    Raises `Undecided`: `TIMESTAMP_ROOT_UNKNOWN` where no root has the name that the path ends
    with, `TIMESTAMP_PATH` where one has, but the path is not valid (expired, not signed by it, not
    an authority, and so on).
    """
    known = {load(root.der, file): root for root in roots}
    intermediates = [load(other, file) for other in others]
    signer = load(leaf, file)
    issuers = {certificate.issuer for certificate in (signer, *intermediates)}
    if not issuers & {root.subject for root in known}:
        names = shown(sorted(issuer.rfc4514_string() for issuer in issuers))
        message = f"no trusted root issued it; its issuers are {names}"
        raise Undecided(Code.TIMESTAMP_ROOT_UNKNOWN, message, file)
    builder = verification.PolicyBuilder().store(verification.Store(list(known))).time(time)
    builder = builder.extension_policies(ca_policy=_issuer_policy(), ee_policy=_signer_policy())
    with _quiet():
        try:
            chain = builder.build_client_verifier().verify(signer, intermediates).chain
        except verification.VerificationError as error:
            message = f"no valid path to a trusted root: {shown(str(error))}"
            raise Undecided(Code.TIMESTAMP_PATH, message, file) from error
    if len(chain) < 2:
        message = "the certificate trusted is the authority's own; give the root that issued it"
        raise Undecided(Code.TIMESTAMP_PATH, message, file)
    return known[chain[-1]]


def _issuer_policy() -> verification.ExtensionPolicy:
    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, agnostic, _must_be_authority)
    policy = policy.may_be_present(x509.KeyUsage, agnostic, _may_sign_certificates)
    return policy.may_be_present(x509.ExtendedKeyUsage, agnostic, _may_issue)


def _signer_policy() -> verification.ExtensionPolicy:
    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all()
    policy = policy.may_be_present(x509.BasicConstraints, agnostic, _must_not_be_authority)
    return policy.may_be_present(x509.KeyUsage, agnostic, _may_sign_documents)


def _must_be_authority(
    _policy: verification.Policy, _certificate: x509.Certificate, value: x509.BasicConstraints
) -> None:
    if not value.ca:
        raise ValueError("the issuer is not a certification authority")


def _must_not_be_authority(
    _policy: verification.Policy,
    _certificate: x509.Certificate,
    value: x509.BasicConstraints | None,
) -> None:
    if value is not None and value.ca:
        raise ValueError("the signer is a certification authority")


def _may_sign_certificates(
    _policy: verification.Policy, _certificate: x509.Certificate, value: x509.KeyUsage | None
) -> None:
    if value is not None and not value.key_cert_sign:
        raise ValueError("the issuer may not sign certificates")


def _may_sign_documents(
    _policy: verification.Policy, _certificate: x509.Certificate, value: x509.KeyUsage | None
) -> None:
    if value is not None and not (value.digital_signature or value.content_commitment):
        raise ValueError("the signer may not sign documents")


def _may_issue(
    _policy: verification.Policy,
    _certificate: x509.Certificate,
    value: x509.ExtendedKeyUsage | None,
) -> None:
    if value is not None and not _ISSUING & set(value):
        raise ValueError("the issuer may not issue for timestamping")


@contextmanager
def _quiet() -> Iterator[None]:
    """Let old oddities of certificates pass that the library only warns of; warnings may be
    errors, and a crash is no verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield
