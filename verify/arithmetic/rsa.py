"""RSA signatures (RFC 8017), verification only: RSASSA-PKCS1-v1_5 and RSASSA-PSS.

The old forgeries against PKCS1-v1_5 all lived on parsing: a verifier that reads a padded hash out
of the decrypted block can be led to overlook what else stands in it. Here the one block that is
right is built, and the whole is compared (8.2.2), so that there is nothing to overlook.
Only public data is computed with, so that timing tells nothing.
"""

import hashlib
from typing import NamedTuple

from verify.arithmetic import hashing

BITS = range(2048, 16385)  # of the modulus; beyond, OpenSSL will not compute with it either
_EXPONENTS = range(3, 1 << 64)  # the limit that OpenSSL has for large moduli

# DigestInfo up to the hash itself (9.2, note 1). The parameters are NULL, never absent.
_DIGEST_INFO = {
    hashing.SHA256: bytes.fromhex("3031300d060960864801650304020105000420"),
    hashing.SHA384: bytes.fromhex("3041300d060960864801650304020205000430"),
    hashing.SHA512: bytes.fromhex("3051300d060960864801650304020305000440"),
}


class RsaKey(NamedTuple):
    """A public key: modulus and exponent."""

    modulus: int
    exponent: int

    @property
    def is_sound(self) -> bool:
        """Tell whether the key is of a size and form to be relied upon."""
        sized = self.modulus.bit_length() in BITS and self.exponent in _EXPONENTS
        return sized and self.modulus > 0 and self.modulus & self.exponent & 1 == 1


def verify_pkcs1(key: RsaKey, hash_oid: str, signature: bytes, message: bytes) -> bool:
    """Tell whether this is the key's RSASSA-PKCS1-v1_5 signature of the message (8.2.2)."""
    block = _open(key, signature)
    info = _DIGEST_INFO[hash_oid] + hashing.digest(hash_oid, message)
    padding = b"\xff" * (_size(key) - len(info) - 3)
    return block == b"\x00\x01" + padding + b"\x00" + info


def verify_pss(
    key: RsaKey, hash_oid: str, salt_size: int, signature: bytes, message: bytes
) -> bool:
    """Tell whether this is the key's RSASSA-PSS signature of the message (8.1.2, 9.1.2).

    The mask is MGF1 with the same hash; `salt_size` is in bytes, as the algorithm's parameters say.
    """
    block = _open(key, signature)
    bits = key.modulus.bit_length() - 1
    size, length = (bits + 7) // 8, hashing.size(hash_oid)
    if block is None or salt_size < 0 or size < length + salt_size + 2:
        return False
    if size < len(block):  # the modulus has one bit more than whole bytes: a zero byte in front
        if block[0]:
            return False
        block = block[1:]
    masked, hashed, trailer = block[: size - length - 1], block[-length - 1 : -1], block[-1]
    spare = 8 * size - bits
    if trailer != 0xBC or masked[0] >> (8 - spare):
        return False
    mask = _mgf1(hash_oid, hashed, len(masked))
    opened = bytes(a ^ b for a, b in zip(masked, mask, strict=True))
    opened = bytes([opened[0] & 0xFF >> spare]) + opened[1:]
    zeros = len(opened) - salt_size - 1
    if opened[: zeros + 1] != bytes(zeros) + b"\x01":
        return False
    salted = bytes(8) + hashing.digest(hash_oid, message) + opened[zeros + 1 :]
    return hashing.digest(hash_oid, salted) == hashed


def _open(key: RsaKey, signature: bytes) -> bytes | None:
    """RSAVP1 (5.2.2): the padded block, or None for a signature of another length or range."""
    number = int.from_bytes(signature, "big")
    if len(signature) != _size(key) or number >= key.modulus:
        return None
    return pow(number, key.exponent, key.modulus).to_bytes(_size(key), "big")


def _size(key: RsaKey) -> int:
    return (key.modulus.bit_length() + 7) // 8


def _mgf1(hash_oid: str, seed: bytes, length: int) -> bytes:
    """The mask generation function of appendix B.2.1."""
    blocks = -(-length // hashing.size(hash_oid))
    name = hashing.NAMES[hash_oid]
    pieces = (hashlib.new(name, seed + i.to_bytes(4, "big")).digest() for i in range(blocks))
    return b"".join(pieces)[:length]
