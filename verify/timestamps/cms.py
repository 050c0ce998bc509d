"""The signature of a timestamp token: CMS SignedData (RFC 5652), as RFC 3161 and 5816 narrow it.

The signature is over the signed attributes; these name the content by its digest and the signing
certificate by its hash. Leaving out any one of the three would let another part be swapped.
"""

import hashlib
from collections.abc import Sequence

from verify.arithmetic import algorithms, hashing, keys
from verify.arithmetic.algorithms import Algorithm
from verify.arithmetic.der import DerError
from verify.arithmetic.keys import PublicKey
from verify.codes import Code
from verify.errors import Contradiction, Undecided
from verify.opinions.panel import Panel
from verify.opinions.panel import Signature as Question
from verify.quoting import shown
from verify.timestamps import authority, signeddata

_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CONTENT_TYPE_VALUE = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo, in DER
_CERTIFICATE_V2, _CERTIFICATE_V1 = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"
_PKCS1 = {  # rsaEncryption: the hash is then that of the digest (RFC 3370, 3.2)
    oid: f"1.2.840.113549.1.1.{number}"
    for oid, number in zip(hashing.NAMES, (11, 12, 13), strict=True)
}


def signing_certificate(
    token: signeddata.SignedData, file: str
) -> tuple[signeddata.Certificate, bool]:
    """Return the one certificate that signed, as the signer itself names it.

    The second value tells that only the old ESSCertID binds it, whose hash is SHA-1 ('legacy').
    Raises `Contradiction` where none or another is named, `Undecided` where nothing binds it.
    """
    signer = token.signer
    named = [x for x in token.certificates if _is_named(x, signer, file)]
    if len(named) != 1:
        message = f"{len(named)} certificates in the token are the one that the signer names"
        raise Contradiction(Code.TIMESTAMP_SIGNER, message, file)
    bound = {legacy: _is_bound(named[0], signer, file, legacy=legacy) for legacy in (False, True)}
    if not any(bound.values()):
        message = "no signed attribute says which certificate signed (RFC 5816)"
        raise Undecided(Code.TIMESTAMP_UNBOUND, message, file)
    return named[0], not bound[False]


def _is_named(certificate: signeddata.Certificate, signer: signeddata.Signer, file: str) -> bool:
    if signer.key_identifier is None:
        return (certificate.issuer, certificate.serial) == (signer.issuer, signer.serial)
    return authority.key_identifier(certificate.der, file) == signer.key_identifier


def _is_bound(
    certificate: signeddata.Certificate, signer: signeddata.Signer, file: str, *, legacy: bool
) -> bool:
    """Tell whether this kind of ESSCertID is there; raise where it is of another certificate."""
    named = _identifiers(signer, file, legacy=legacy)
    if not named:
        return False
    if not _is_meant(named[0], certificate, file):
        message = "the token was signed with another certificate than the one it carries"
        raise Contradiction(Code.TIMESTAMP_SIGNER, message, file)
    return True


def check_path_is_named(
    token: signeddata.SignedData, issuers: Sequence[signeddata.Certificate], file: str
) -> None:
    """Raise `Undecided` where the signer limits the issuers by name, and one is not among them.

    RFC 5035, 5.4: identifiers behind the first limit the certificates that may be used. `issuers`
    are those of the path that the token carries.
    """
    for legacy in (False, True):
        named = _identifiers(token.signer, file, legacy=legacy)
        for issuer in issuers if len(named) > 1 else ():
            if not any(_is_meant(identifier, issuer, file) for identifier in named[1:]):
                message = "the path leads over a certificate that the signer did not name"
                raise Undecided(Code.TIMESTAMP_PATH, message, file)


def _identifiers(
    signer: signeddata.Signer, file: str, *, legacy: bool
) -> tuple[signeddata.CertificateId, ...]:
    value = signer.attributes.get(_CERTIFICATE_V1 if legacy else _CERTIFICATE_V2)
    if value is None:
        return ()
    try:
        return signeddata.certificate_ids(value, legacy=legacy)
    except DerError as error:
        raise Contradiction(Code.TIMESTAMP_MALFORMED, f"ESSCertID: {error}", file) from error


def _is_meant(
    identifier: signeddata.CertificateId, certificate: signeddata.Certificate, file: str
) -> bool:
    if identifier.algorithm is None:
        # Not our choice: version 1 of the attribute knows SHA-1 only. Against a second preimage,
        # which is what it would take here, SHA-1 still stands.
        actual = hashlib.sha1(certificate.der, usedforsecurity=False).digest()
    else:
        actual = _hash(identifier.algorithm, certificate.der, file)
    named = identifier.issuer_serial
    return actual == identifier.digest and named in {None, (certificate.issuer, certificate.serial)}


def check_content(token: signeddata.SignedData, file: str) -> None:
    """Raise unless the signed attributes are of the token's content (RFC 5652, 5.4 and 11)."""
    attributes = token.signer.attributes
    digest = _hash(token.signer.digest_algorithm, token.content, file)
    if attributes.get(_CONTENT_TYPE) != _CONTENT_TYPE_VALUE:
        raise Contradiction(Code.TIMESTAMP_DIGEST, "another content type was signed", file)
    if attributes.get(_MESSAGE_DIGEST) != b"\x04" + bytes([len(digest)]) + digest:
        raise Contradiction(Code.TIMESTAMP_DIGEST, "other content was signed", file)


def check_signature(
    token: signeddata.SignedData, certificate: signeddata.Certificate, file: str, panel: Panel
) -> None:
    """Raise unless the certificate's key signed the signed attributes.

    Raises `Undecided` where one of the panel clearly disagrees on that.
    """
    key_info, key, algorithm = signed_with(token, certificate, file)
    signature, signed = token.signer.signature, token.signer.signed
    holds = algorithm.verify(key, signature, signed)
    name = hashing.NAMES[algorithm.hash_oid]
    question = Question(key_info, algorithm.scheme, name, signature, signed)
    panel.on_signature(5, file, question, ours=holds)
    if not holds:
        message = "the token's signature does not verify"
        raise Contradiction(Code.TIMESTAMP_SIGNATURE, message, file)


def signed_with(
    token: signeddata.SignedData, certificate: signeddata.Certificate, file: str
) -> tuple[bytes, PublicKey, Algorithm]:
    """Return the key (in DER, and read) and the algorithm; raise `Undecided` for weak ones.

    The signature's hash is also the digest's (RFC 5652, 5.4): `openssl ts` looks at the latter
    only. RSASSA-PSS is not taken here, though it is in certificates, as `openssl ts` cannot check
    it; the format wants tokens that it can.
    """
    signer = token.signer
    try:
        oid = signer.signature_algorithm
        if oid == keys.RSA:
            oid = _PKCS1[_accepted(signer.digest_algorithm, file)]
        algorithm = algorithms.plain(oid, signer.signature_parameters)
        key_info = authority.load(certificate.der, file).key_info
        key = keys.read(key_info)
        algorithm.check_key(key)
    except keys.UnsupportedError as error:
        raise Undecided(Code.TIMESTAMP_ALGORITHM, shown(str(error)), file) from error
    if algorithm.hash_oid != signer.digest_algorithm:
        message = "the token is signed with another hash than its digest is made with"
        raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file)
    return key_info, key, algorithm


def _accepted(oid: str, file: str) -> str:
    """Return the OID of a SHA-2 hash of at least 256 bits; anything else decides nothing."""
    if oid not in hashing.NAMES:
        message = f"hash algorithm {shown(oid)} is not accepted"
        raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file)
    return oid


def _hash(oid: str, data: bytes, file: str) -> bytes:
    return hashing.digest(_accepted(oid, file), data)
