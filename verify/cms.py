"""The signature of a timestamp token: CMS SignedData (RFC 5652), as RFC 3161 and 5816 narrow it.

The signature is over the signed attributes; these name the content by its digest and the signing
certificate by its hash. Leaving out any one of the three would let another part be swapped.
"""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from verify import authority, signeddata
from verify.codes import Code
from verify.der import DerError
from verify.errors import Contradiction, Undecided
from verify.quoting import shown

_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CONTENT_TYPE_VALUE = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo, in DER
_CERTIFICATE_V2, _CERTIFICATE_V1 = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"

_DIGESTS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    signeddata.SHA256: hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_RSA = "1.2.840.113549.1.1.1"  # rsaEncryption: the hash is then that of the digest (RFC 3370, 3.2)
_SIGNATURES = {  # OID -> key type and the digest's OID
    "1.2.840.113549.1.1.11": (rsa.RSAPublicKey, "2.16.840.1.101.3.4.2.1"),
    "1.2.840.113549.1.1.12": (rsa.RSAPublicKey, "2.16.840.1.101.3.4.2.2"),
    "1.2.840.113549.1.1.13": (rsa.RSAPublicKey, "2.16.840.1.101.3.4.2.3"),
    "1.2.840.10045.4.3.2": (ec.EllipticCurvePublicKey, "2.16.840.1.101.3.4.2.1"),
    "1.2.840.10045.4.3.3": (ec.EllipticCurvePublicKey, "2.16.840.1.101.3.4.2.2"),
    "1.2.840.10045.4.3.4": (ec.EllipticCurvePublicKey, "2.16.840.1.101.3.4.2.3"),
}
_PARAMETERS = {b"", b"\x05\x00"}  # absent or NULL (RFC 5754, 3.2); some write NULL for ECDSA too
_RSA_BITS = range(2048, 16385)  # above: OpenSSL will not compute with it
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


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
    value = signer.attributes.get(_CERTIFICATE_V1 if legacy else _CERTIFICATE_V2)
    if value is None:
        return False
    try:
        algorithm, expected = signeddata.certificate_hash(value, legacy=legacy)
    except DerError as error:
        raise Contradiction(Code.TIMESTAMP_MALFORMED, f"ESSCertID: {error}", file) from error
    if legacy:
        # Not our choice: version 1 of the attribute knows SHA-1 only. Against a second preimage,
        # which is what it would take here, SHA-1 still stands.
        actual = hashlib.sha1(certificate.der, usedforsecurity=False).digest()
    else:
        actual = _hash(algorithm, certificate.der, file)
    if actual != expected:
        message = "the token was signed with another certificate than the one it carries"
        raise Contradiction(Code.TIMESTAMP_SIGNER, message, file)
    return True


def check_content(token: signeddata.SignedData, file: str) -> None:
    """Raise unless the signed attributes are of the token's content (RFC 5652, 5.4 and 11)."""
    attributes = token.signer.attributes
    digest = _hash(token.signer.digest_algorithm, token.content, file)
    if attributes.get(_CONTENT_TYPE) != _CONTENT_TYPE_VALUE:
        raise Contradiction(Code.TIMESTAMP_DIGEST, "another content type was signed", file)
    if attributes.get(_MESSAGE_DIGEST) != b"\x04" + bytes([len(digest)]) + digest:
        raise Contradiction(Code.TIMESTAMP_DIGEST, "other content was signed", file)


def check_signature(
    token: signeddata.SignedData, certificate: signeddata.Certificate, file: str
) -> None:
    """Raise unless the certificate's key signed the signed attributes."""
    signer = token.signer
    kind, digest = _SIGNATURES.get(signer.signature_algorithm, (None, ""))
    if signer.signature_algorithm == _RSA:
        kind, digest = rsa.RSAPublicKey, signer.digest_algorithm
    key = _public_key(certificate, file)
    if kind is None or not isinstance(key, kind) or signer.signature_parameters not in _PARAMETERS:
        message = f"signature algorithm {shown(signer.signature_algorithm)} is not accepted"
        raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file)
    algorithm = _digest(digest, file)()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signer.signature, signer.signed, padding.PKCS1v15(), algorithm)
        else:
            key.verify(signer.signature, signer.signed, ec.ECDSA(algorithm))
    except InvalidSignature:
        message = "the token's signature does not verify"
        raise Contradiction(Code.TIMESTAMP_SIGNATURE, message, file) from None


def _public_key(
    certificate: signeddata.Certificate, file: str
) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """Return the certificate's key where it is of a kind and size to be relied upon."""
    try:
        key = authority.load(certificate.der, file).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"the certificate's key cannot be used: {shown(str(error))}"
        raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file) from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return key
    message = "the certificate's key is of a kind or size that is not accepted"
    raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file)


def _digest(oid: str, file: str) -> type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]:
    """Return a SHA-2 hash of at least 256 bits; anything else decides nothing."""
    if oid not in _DIGESTS:
        message = f"hash algorithm {shown(oid)} is not accepted"
        raise Undecided(Code.TIMESTAMP_ALGORITHM, message, file)
    return _DIGESTS[oid]


def _hash(oid: str, data: bytes, file: str) -> bytes:
    return hashlib.new(_digest(oid, file).name, data).digest()
