"""Ed25519 (RFC 8032), verification only, stricter than its libraries.

Libraries differ at the edges: some take keys of small order, points that are not canonically
encoded, or a signature that fits only after multiplication by the cofactor. With such a key one
signature fits many messages, or one key has two names. So here:

    - the key: canonically encoded, on the curve, and of the base point's own prime order, as every
      key is that was made by section 5.1.5
    - the signature: 64 bytes, S is below L (5.1.7), R is canonically encoded and not of small order
    - the equation is the one without the cofactor, compared byte for byte. For a key of prime
      order whatever satisfies it satisfies the other one too, so that no verifier need disagree
"""

import hashlib

from verify.arithmetic import edwards
from verify.arithmetic.edwards import BASE, ORDER, PRIME

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
    _check_encoding(key, BadKeyError, "public key")
    point = edwards.decode(key)
    if point is None:
        raise BadKeyError("the public key is not a point of the curve")
    if not edwards.is_neutral(edwards.multiply(ORDER, point)):
        raise BadKeyError("the public key is not of prime order, as every honest one is")
    return key


def check_signature(key: bytes, signature: bytes, message: bytes) -> None:
    """Raise `BadSignatureError` unless this is the key's signature of exactly these bytes.

    `key` is a raw key from `key_from_spki`. Not guaranteed: that there is no second signature of
    the message by the key's holder, who can always make another one.
    """
    check_form(signature)
    if not holds(key, signature, message):
        raise BadSignatureError("the signature does not verify")


def check_form(signature: bytes) -> None:
    """Raise `BadSignatureError` for what is no signature's one canonical form, whatever the key."""
    if len(signature) != 64:
        raise BadSignatureError(f"the signature has {len(signature)} bytes, not 64")
    if int.from_bytes(signature[32:], "little") >= ORDER:
        raise BadSignatureError("the signature is not in its one canonical form (S >= L)")
    _check_encoding(signature[:32], BadSignatureError, "signature's point R")


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether [S]B - [k]A is R, byte for byte (5.1.7, without the cofactor)."""
    point = edwards.decode(key)
    if point is None:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    minus_ka = edwards.multiply(k, edwards.negative(point))
    return edwards.encode(edwards.add(edwards.multiply(s, BASE), minus_ka)) == r


def _check_encoding(encoded: bytes, error: type[ValueError], what: str) -> None:
    """Refuse encodings that are not canonical (RFC 8032, 5.1.3) and points of small order.

    x = 0 with the sign bit set, the other non-canonical form, occurs only at y = 1 and y = -1,
    which are small.
    """
    y = int.from_bytes(encoded, "little") & ~_SIGN_BIT
    if y >= PRIME:
        raise error(f"the {what} is not canonically encoded")
    if y in _SMALL_ORDER_Y:
        raise error(f"the {what} is of small order")
