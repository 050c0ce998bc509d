"""Whether a timestamp authority is to be relied upon: its certificate's purpose, and its path."""

import datetime as dt
from collections.abc import Iterable, Sequence

from verify.arithmetic.der import DerError
from verify.certificates import names, path, x509
from verify.certificates.path import PathError
from verify.certificates.x509 import Certificate
from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.quoting import shown
from verify.trusting.trust import Root


def load(data: bytes, file: str) -> Certificate:
    """Parse a DER certificate; raise `Contradiction` where it is none."""
    try:
        certificate = x509.read(data)
        names.text(certificate.subject)
        names.text(certificate.issuer)
    except DerError as error:
        message = f"a malformed certificate: {shown(str(error))}"
        raise Contradiction(Code.TIMESTAMP_MALFORMED, message, file) from error
    return certificate


def check_purpose(certificate: Certificate, file: str) -> None:
    """Raise `Undecided` unless the certificate is for timestamping, critically and solely.

    RFC 3161, 2.3: exactly one extended key usage, and it is critical; otherwise a certificate made
    for another purpose could date documents.
    """
    try:
        extension = certificate.extension(x509.EXTENDED_KEY_USAGE)
        purposes = certificate.extended_key_usage()
    except DerError as error:
        raise _unreadable(error, file) from error
    if extension is None or not extension.critical or purposes != (path.TIMESTAMPING,):
        message = "the certificate is not critically and solely for timestamping"
        raise Undecided(Code.TIMESTAMP_PURPOSE, message, file)


def key_identifier(data: bytes, file: str) -> bytes | None:
    """Return a DER certificate's subject key identifier, where it has one."""
    try:
        return load(data, file).subject_key_identifier()
    except DerError as error:
        raise _unreadable(error, file) from error


def _unreadable(error: DerError, file: str) -> Undecided:
    message = f"the certificate's extensions cannot be read: {shown(str(error))}"
    return Undecided(Code.TIMESTAMP_PURPOSE, message, file)


def find_path(
    leaf: Certificate,
    others: Sequence[Certificate],
    roots: Iterable[Root],
    time: dt.datetime,
    file: str,
) -> tuple[tuple[Certificate, ...], Root]:
    """Return the path from the authority's certificate at this time, and the root it ends with.

    Raises `Undecided`: `TIMESTAMP_ROOT_UNKNOWN` where no root has the name that the path ends
    with, `TIMESTAMP_PATH` where one has, but the path is not valid (expired, not signed by it, not
    an authority, and so on).
    """
    known = {root.der: root for root in roots}
    anchors = [load(der, file) for der in known]
    issuers = {certificate.issuer for certificate in (leaf, *others)}
    if not issuers & {anchor.subject for anchor in anchors}:
        told = shown(sorted(names.text(issuer) for issuer in issuers))
        message = f"no trusted root issued it; its issuers are {told}"
        raise Undecided(Code.TIMESTAMP_ROOT_UNKNOWN, message, file)
    try:
        found = path.find(leaf, others, anchors, time)
    except PathError as error:
        message = f"no valid path to a trusted root: {error}"
        raise Undecided(Code.TIMESTAMP_PATH, message, file) from error
    return found, known[found[-1].der]
