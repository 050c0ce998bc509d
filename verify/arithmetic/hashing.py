"""The hash functions that are relied upon, by their OID: SHA-2 of 256 bits or more (FIPS 180-4)."""

import hashlib

SHA256, SHA384, SHA512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))  # RFC 5754, 2
NAMES = {SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}


def digest(oid: str, data: bytes) -> bytes:
    """Return the hash; raise `KeyError` for an algorithm that is not among `NAMES`."""
    return hashlib.new(NAMES[oid], data).digest()


def size(oid: str) -> int:
    """Return how many bytes a hash has; raise `KeyError` likewise."""
    return hashlib.new(NAMES[oid]).digest_size
