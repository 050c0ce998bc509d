"""One rule for reading foreign DER: what cannot be read is a refusal, never a crash."""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from seal.errors import Reason, TimestampError

_OF_ASN1CRYPTO = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
_OF_CRYPTOGRAPHY = (
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what the parsers raise for bytes that are not as they should be into our refusal.

    asn1crypto is lazy and untyped: its errors come while fields are taken out, so nothing but
    taking fields out may stand in such a block.
    """
    try:
        yield
    except (*_OF_ASN1CRYPTO, *_OF_CRYPTOGRAPHY) as error:
        raise TimestampError(
            Reason.UNREADABLE, f"The {what} is not what RFC 3161 describes"
        ) from error
