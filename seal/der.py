"""Rules for foreign DER: what cannot be read is a refusal, never a crash; lists are strict."""

import re
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
UNREADABLE = (*_OF_ASN1CRYPTO, *_OF_CRYPTOGRAPHY)
"""What the parsers raise for bytes that are not as they should be."""

_MAX_DEPTH = 32
_TIMES = {0x17: re.compile(rb"[0-9]{12}Z"), 0x18: re.compile(rb"[0-9]{14}Z")}


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what the parsers raise for bytes that are not as they should be into our refusal.

    asn1crypto is lazy and untyped: its errors come while fields are taken out, so nothing but
    taking fields out may stand in such a block.
    """
    try:
        yield
    except UNREADABLE as error:
        raise TimestampError(
            Reason.UNREADABLE, f"The {what} is not what RFC 3161 describes"
        ) from error


def is_strict(der: bytes) -> bool:
    """Whether this is one element of DER as X.690, section 10, has it, with nothing after it.

    Lengths and numbers are in their shortest form, sequences and sets alone are constructed among
    the universal types, and times are written as RFC 5280, 4.1.2.5, has them. The parsers here take
    more than that; a verifier that does not would call what was kept malformed. The order of a
    SET OF is free, and what an OCTET STRING holds is not looked at.
    """
    return _end_of_strict(der, 0, len(der), _MAX_DEPTH) == len(der)


def _end_of_strict(der: bytes, at: int, limit: int, depth: int) -> int | None:
    """Where the strict element at this place ends; None where there is none within `limit`."""
    head = _strict_header(der, at, limit)
    if head is None or depth == 0:
        return None
    place, end = head
    if not der[at] & 0x20:
        return end if _is_shortest(der[at], der[place:end]) else None
    while place < end:
        inner = _end_of_strict(der, place, end, depth - 1)
        if inner is None:
            return None
        place = inner
    return end


def _strict_header(der: bytes, at: int, limit: int) -> tuple[int, int] | None:
    """Where the contents of the element at this place begin and end."""
    head = der[at : min(at + 6, limit)]
    if len(head) < 2:
        return None
    tag, length, size = head[0], head[1], 2
    compound = tag & 0x1F in {0x10, 0x11}
    if tag & 0x1F == 0x1F or tag == 0 or (tag < 0x40 and bool(tag & 0x20) != compound):
        return None
    if length >= 0x80:
        size = 2 + (length & 0x7F)
        length = int.from_bytes(head[2:size], "big")
        if size > len(head) or length < 0x80 or head[2] == 0:
            return None
    end = at + size + length
    return (at + size, end) if end <= limit else None


def _is_shortest(tag: int, contents: bytes) -> bool:
    """Whether a simple value has its one form."""
    match tag:
        case 0x01:
            return contents in {b"\x00", b"\xff"}
        case 0x02 | 0x0A:  # INTEGER, ENUMERATED: nine leading bits are never all the same
            lead = contents[0] << 1 | contents[1] >> 7 if len(contents) > 1 else 1
            return bool(contents) and lead not in {0, 0x1FF}
        case 0x03:  # BIT STRING: the unused bits are zero, and fewer than eight
            unused = contents[0] if contents else 8
            last = contents[-1] if len(contents) > 1 else unused
            return unused < 8 and not last & ((1 << unused) - 1)
        case 0x05:
            return not contents
        case 0x06:  # OBJECT IDENTIFIER: no arc begins with 0x80, the last one ends
            begins = re.search(rb"(?:^|[\x00-\x7f])\x80", contents)
            return bool(contents) and contents[-1] < 0x80 and not begins and len(contents) <= 64
        case 0x17 | 0x18:
            return _TIMES[tag].fullmatch(contents) is not None
    return True
