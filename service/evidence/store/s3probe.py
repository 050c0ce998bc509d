"""Asking an S3-compatible store whether it can be written to, and never replaces what it has."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import TYPE_CHECKING

from service.evidence.errors import AlreadyStored, StoreRefused
from service.evidence.store.s3read import read
from service.evidence.store.s3upload import Sending, Where
from service.evidence.store.s3words import in_words

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PROBE = ".probe"  # which is no key, so that no listing shows it
_CONTENT = b"This object shows that the store keeps what it has.\n"


def prove_write_once(s3: S3Client, where: Where, send: Sending) -> None:
    """Store a small object twice in this way of sending; the second time must be refused.

    It is always the same object, and it stays, since a bucket with object lock would let none be
    deleted. Asked of each way, since there are stores that know conditions only of uploads in one
    request, and only in buckets without versions (Ceph 16 is one). Raises what `in_words` makes of
    errors, and `StoreRefused` for a store that replaces objects.
    """
    if _takes(s3, where, send) and _takes(s3, where, send):
        raise StoreRefused(
            f"The store replaces {where['Key']} although it is told not to (If-None-Match): it is "
            "not write-once. Use one that honours conditional writes, or a bucket in which it does."
        )


def prove_readable(s3: S3Client, where: Where) -> None:
    """Read the object of `prove_write_once`, which must be as it was."""
    if b"".join(read(s3, where, 0, None)) != _CONTENT:
        raise StoreRefused(f"The store gives back other bytes of {where['Key']} than it was given.")


def _takes(s3: S3Client, where: Where, send: Sending) -> bool:
    try:
        with in_words("The store keeps nothing"):
            send(s3, where, io.BytesIO(_CONTENT), sha256(_CONTENT).hexdigest(), {})
    except AlreadyStored:
        return False
    return True
