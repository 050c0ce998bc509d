"""Signature algorithms by their identifiers (RFC 4055, 5754 and 5758): which one, over which hash.

Only SHA-2. What is not listed here is refused by name rather than guessed at.
"""

from typing import NamedTuple

from verify.arithmetic import ecdsa, hashing, rsa
from verify.arithmetic.der import INTEGER, OID, SEQUENCE, DerError, Element, Fields, only
from verify.arithmetic.ecdsa import EcKey
from verify.arithmetic.keys import PublicKey, UnsupportedError

_PKCS1 = {
    f"1.2.840.113549.1.1.{n}": oid for n, oid in zip((11, 12, 13), hashing.NAMES, strict=True)
}
_ECDSA = {f"1.2.840.10045.4.3.{n}": oid for n, oid in zip((2, 3, 4), hashing.NAMES, strict=True)}
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_NO_PARAMETERS = {b"", b"\x05\x00"}  # absent or NULL (RFC 5754, 3.2); some write NULL for ECDSA too


class Algorithm(NamedTuple):
    """`scheme` is pkcs1, pss or ecdsa; `hash_oid` SHA-2; `salt_size` counts bytes, for pss only."""

    scheme: str
    hash_oid: str
    salt_size: int = 0

    def verify(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        """Tell whether this is the key's signature of the message.

        Raises `UnsupportedError` where the key is not one for this algorithm.
        """
        self.check_key(key)
        if isinstance(key, EcKey):
            return ecdsa.verify(key, self.hash_oid, signature, message)
        if self.scheme == "pss":
            return rsa.verify_pss(key, self.hash_oid, self.salt_size, signature, message)
        return rsa.verify_pkcs1(key, self.hash_oid, signature, message)

    def check_key(self, key: PublicKey) -> None:
        """Raise `UnsupportedError` where the key is not one for this algorithm."""
        if isinstance(key, EcKey) != (self.scheme == "ecdsa"):
            raise UnsupportedError("a signature algorithm that is not one for its key")


def read(element: Element) -> Algorithm:
    """Read an AlgorithmIdentifier; raise `UnsupportedError` where it is not one to rely upon."""
    try:
        fields = Fields(element)
        oid = fields.take(OID).oid()
        if oid == _PSS:
            algorithm = _pss(fields.take(SEQUENCE))
            fields.end()
            return algorithm
        parameters = fields.rest()
    except DerError as error:
        raise UnsupportedError(f"a signature algorithm that cannot be read: {error}") from error
    return plain(oid, parameters)


def plain(oid: str, parameters: bytes) -> Algorithm:
    """Return the algorithm that has no parameters; raise `UnsupportedError`."""
    if parameters in _NO_PARAMETERS:
        if oid in _PKCS1:
            return Algorithm("pkcs1", _PKCS1[oid])
        if oid in _ECDSA:
            return Algorithm("ecdsa", _ECDSA[oid])
    raise UnsupportedError(f"the signature algorithm {oid}, which is not accepted")


def _pss(element: Element) -> Algorithm:
    """Read RSASSA-PSS-params (RFC 4055, 3.1); its defaults are SHA-1, so that hashes must stand."""
    fields = Fields(element)
    hash_oid = hash_algorithm(only(fields.take(0xA0), 0xA0, SEQUENCE))
    mask = Fields(only(fields.take(0xA1), 0xA1, SEQUENCE))
    mask_oid, mask_hash = mask.take(OID).oid(), hash_algorithm(mask.take(SEQUENCE))
    mask.end()
    salt, trailer = fields.maybe(0xA2), fields.maybe(0xA3)
    fields.end()
    salt_size = only(salt, 0xA2, INTEGER).integer() if salt else 20
    if trailer and only(trailer, 0xA3, INTEGER).integer() != 1:
        raise DerError("an unknown trailer")
    if mask_oid != _MGF1 or mask_hash != hash_oid or hash_oid not in hashing.NAMES:
        raise UnsupportedError("RSASSA-PSS with hashes or a mask that are not accepted")
    if not 0 <= salt_size <= 512:
        raise UnsupportedError("RSASSA-PSS with a salt of a size that is not accepted")
    return Algorithm("pss", hash_oid, salt_size)


def hash_algorithm(element: Element) -> str:
    """Return a hash algorithm's OID; its parameters are absent or NULL (RFC 5754, 2)."""
    fields = Fields(element)
    oid = fields.take(OID).oid()
    if fields.rest() not in _NO_PARAMETERS:
        raise DerError("a hash algorithm with parameters")
    return oid
