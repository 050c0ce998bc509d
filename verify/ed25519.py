"""Ed25519 (RFC 8032), stricter than the library below it.

The equation itself is OpenSSL's, by way of `cryptography`. OpenSSL refuses S >= L, but takes public
keys of small order and keys whose encoding is not canonical: with such a key one signature fits
many messages, or one key has two names. So these are refused here first, by their bytes:

    - the key: y is below p, and the point's order is not 1, 2, 4 or 8
    - the signature: 64 bytes, S is below L (RFC 8032, 5.1.7), R is likewise canonical and not small
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493  # L, of the base point

_SPKI_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, section 4: all but the key
_SIGN_BIT = 1 << 255
_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
# The y of the eight points whose order divides the cofactor: 0 (order 4), 1 (the identity),
# -1 (order 2), and the two of order 8, which are each other's negatives. All but 1 and -1 come
# with two signs of x.
_SMALL_ORDER_Y = frozenset({0, 1, PRIME - 1, _ORDER_8, PRIME - _ORDER_8})


class BadKeyError(ValueError):
    """Not an Ed25519 public key that can be used, with the reason."""


class BadSignatureError(ValueError):
    """Not a signature of this message by this key, with the reason."""


def key_from_spki(der: bytes) -> bytes:
    """Return the raw key of a DER SubjectPublicKeyInfo; raise `BadKeyError`."""
    if len(der) != len(_SPKI_HEAD) + 32 or not der.startswith(_SPKI_HEAD):
        raise BadKeyError("not an Ed25519 public key")
    key = der[len(_SPKI_HEAD) :]
    _check_point(key, BadKeyError, "public key")
    return key


def check_signature(key: bytes, signature: bytes, message: bytes) -> None:
    """Raise `BadSignatureError` unless this is the key's signature of exactly these bytes.

    `key` is a raw key from `key_from_spki`. Not guaranteed: that there is no second signature of
    the message by the key's holder, who can always make another one.
    """
    if len(signature) != 64:
        raise BadSignatureError(f"the signature has {len(signature)} bytes, not 64")
    if int.from_bytes(signature[32:], "little") >= ORDER:
        raise BadSignatureError("the signature is not in its one canonical form (S >= L)")
    _check_point(signature[:32], BadSignatureError, "signature's point R")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        raise BadSignatureError("the signature does not verify") from None


def _check_point(encoded: bytes, error: type[ValueError], what: str) -> None:
    """Refuse encodings that are not canonical (RFC 8032, 5.1.3) and points of small order.

    x = 0 with the sign bit set, the other non-canonical form, occurs only at y = 1 and y = -1,
    which are small.
    """
    y = int.from_bytes(encoded, "little") & ~_SIGN_BIT
    if y >= PRIME:
        raise error(f"the {what} is not canonically encoded")
    if y in _SMALL_ORDER_Y:
        raise error(f"the {what} is of small order")
