"""Certification paths (RFC 5280, section 6) for timestamping, at a time in the past.

From the authority's certificate to a certificate that is trusted as it is. For each link:

    - names chain, compared byte for byte (6.1.3 a 4)
    - the issuer's key made the signature, by SHA-2 (6.1.3 a 1)
    - both are valid at the time asked about, the trusted one too (6.1.3 a 2)
    - the issuer is a certification authority, says so, and may have so many below it (6.1.4 k to m)
    - its key usage, if it has one, allows signing certificates (6.1.4 n)
    - its extended key usage, if it has one, allows timestamping: purposes nest
    - neither has a critical extension that is not known here (6.1.4 o), nor name constraints,
      which are not worked out here and so are refused, never passed over

Policies are not looked at: without a policy that must be there, which RFC 5280 leaves to the
caller, they cannot make a path invalid, and policy constraints are critical and refused as unknown.
Not checked: revocation, for which see `timestamps/revocation.py`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from verify import limits
from verify.arithmetic import algorithms, keys
from verify.arithmetic.der import DerError, parse
from verify.certificates import names, x509
from verify.certificates.x509 import Certificate
from verify.quoting import shown

TIMESTAMPING = "1.3.6.1.5.5.7.3.8"
_MAY_ISSUE = {TIMESTAMPING, "2.5.29.37.0"}  # the second is anyExtendedKeyUsage
_KNOWN = {
    x509.BASIC_CONSTRAINTS,
    x509.KEY_USAGE,
    x509.EXTENDED_KEY_USAGE,
    x509.CERTIFICATE_POLICIES,
    x509.SUBJECT_ALT_NAME,
}
_SIGNS_DOCUMENTS = {x509.DIGITAL_SIGNATURE, x509.CONTENT_COMMITMENT}


class PathError(ValueError):
    """There is no valid path; the message says what is wrong with the best one that there is."""


def find(
    leaf: Certificate,
    others: Iterable[Certificate],
    anchors: Sequence[Certificate],
    time: dt.datetime,
) -> tuple[Certificate, ...]:
    """Return the path: the leaf first, the trusted certificate last; raise `PathError`.

    `others` need not be in order, nor all of use. A leaf that is itself trusted is no path.
    """
    search = _Search(tuple(others), anchors, time)
    try:
        _check_leaf(leaf, time)
        found = next(search.paths((leaf,)), None)
    except DerError as error:
        raise PathError(f"an extension cannot be read: {error}") from error
    if found is None:
        raise PathError(search.failure or "nothing that is carried or trusted issued it")
    return found


@dataclass
class _Search:
    """A bounded search, depth first, for hostile tokens may carry certificates in any tangle."""

    others: tuple[Certificate, ...]
    anchors: Sequence[Certificate]
    time: dt.datetime
    failure: str = ""
    links: int = 0

    def paths(self, path: tuple[Certificate, ...]) -> Iterator[tuple[Certificate, ...]]:
        """Yield the paths that begin with this one."""
        for anchor in self.anchors:
            if self._is_issuer(anchor, path):
                yield (*path, anchor)
        if len(path) < limits.PATH_CERTIFICATES:
            for other in self.others:
                if other not in path and self._is_issuer(other, path):
                    yield from self.paths((*path, other))

    def _is_issuer(self, issuer: Certificate, path: tuple[Certificate, ...]) -> bool:
        if issuer.subject != path[-1].issuer:
            return False
        self.links += 1
        if self.links > limits.PATH_LINKS:
            raise PathError("the certificates are in more of a tangle than is worth unravelling")
        try:
            _check_issuer(issuer, path, self.time)
        except (PathError, DerError) as error:
            self.failure = str(error)
            return False
        return True


def _check_leaf(leaf: Certificate, time: dt.datetime) -> None:
    _check_common(leaf, time)
    if leaf.authority()[0]:
        raise PathError("the signer is a certification authority")
    usage = leaf.key_usage()
    # RFC 5280, 4.2.1.12, says which usages go with timestamping; OpenSSL holds to it too.
    if usage is not None and not (usage and usage <= _SIGNS_DOCUMENTS):
        raise PathError("the signer's key is not for signing documents alone")


def _check_issuer(issuer: Certificate, path: tuple[Certificate, ...], time: dt.datetime) -> None:
    _check_common(issuer, time)
    named = _named(issuer)
    is_authority, length = issuer.authority()
    if not is_authority:
        raise PathError(f"the issuer {named} is not a certification authority")
    below = sum(not certificate.is_self_issued for certificate in path[1:])
    if length is not None and below > length:
        raise PathError(f"{below} issuers below {named}, which allows {length}")
    usage, purposes = issuer.key_usage(), issuer.extended_key_usage()
    if usage is not None and x509.KEY_CERT_SIGN not in usage:
        raise PathError(f"the issuer {named} may not sign certificates")
    if purposes is not None and not _MAY_ISSUE & set(purposes):
        raise PathError(f"the issuer {named} may not issue for timestamping")
    if not is_signed_by(path[-1].algorithm, path[-1].signature, path[-1].tbs, issuer):
        raise PathError(f"not signed by {named}, though it has the issuer's name")


def _check_common(certificate: Certificate, time: dt.datetime) -> None:
    named = _named(certificate)
    if not certificate.start <= time <= certificate.end:
        span = f"{certificate.start:%Y-%m-%dT%H:%M:%SZ} to {certificate.end:%Y-%m-%dT%H:%M:%SZ}"
        raise PathError(f"{named} is valid from {span} only")
    if certificate.extension(x509.NAME_CONSTRAINTS):
        raise PathError(f"{named} constrains names, which is not worked out here")
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _KNOWN:
            raise PathError(f"{named} has the critical extension {extension.oid}, not known here")


def is_signed_by(algorithm: bytes, signature: bytes, message: bytes, issuer: Certificate) -> bool:
    """Tell whether the issuer's key made a signature; raise `PathError` where that is unknowable.

    `algorithm` is an AlgorithmIdentifier in DER.
    """
    try:
        key = keys.read(issuer.key_info)
        return algorithms.read(parse(algorithm)).verify(key, signature, message)
    except keys.UnsupportedError as error:
        raise PathError(f"a signature by {_named(issuer)}: {error}") from error


def _named(certificate: Certificate) -> str:
    return shown(names.text(certificate.subject))
