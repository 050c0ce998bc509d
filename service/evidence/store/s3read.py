"""Reading an object, or a range of it, from an S3-compatible store."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service.evidence.errors import StoreRefused
from service.evidence.store.s3upload import Where
from service.evidence.store.s3words import code_of, in_words
from service.evidence.store.streams import PIECE_BYTES, too_short

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef


def size(s3: S3Client, where: Where) -> int:
    """An object's size in bytes. Raises `NotStored`, and what `in_words` makes of errors."""
    with in_words(f"{where['Key']} cannot be found"):
        try:
            return s3.head_object(**where)["ContentLength"]
        except ClientError as error:
            if code_of(error) == "404":  # no object or no bucket: an answer without a body
                s3.list_objects_v2(Bucket=where["Bucket"], MaxKeys=1)  # tells of a missing bucket
            raise


def read(s3: S3Client, where: Where, start: int, end: int | None) -> Generator[bytes, None, None]:
    """An empty piece once the object is open, and then what `Store.read` promises."""
    with in_words(f"{where['Key']} cannot be read"):
        answer = _ask(s3, where, start, end)
        if answer is None:
            yield b""
            return
        with closing(answer["Body"]) as body:
            yield b""
            yield from body.iter_chunks(PIECE_BYTES)


def _ask(s3: S3Client, where: Where, start: int, end: int | None) -> GetObjectOutputTypeDef | None:
    """Ask for the object or a range; None for an empty range, which HTTP has no words for."""
    if start == 0 and end is None:
        return s3.get_object(**where)
    if end is None or start == end:
        octets = size(s3, where)
        if start > octets:
            raise too_short(where["Key"], start, end, octets)
        if start in {octets, end}:
            return None
        end = octets
    return _ask_range(s3, where, start, end)


def _ask_range(s3: S3Client, where: Where, start: int, end: int) -> GetObjectOutputTypeDef:
    """A store gives what there is of a range; fewer bytes than asked for are an alteration."""
    try:
        answer = s3.get_object(**where, Range=f"bytes={start}-{end - 1}")
    except ClientError as error:
        if code_of(error) in {"InvalidRange", "416"}:
            raise too_short(where["Key"], start, end, size(s3, where)) from error
        raise
    if answer.get("ContentRange", "").partition("/")[0] != f"bytes {start}-{end - 1}":
        answer["Body"].close()
        if (octets := size(s3, where)) < end:
            raise too_short(where["Key"], start, end, octets)
        raise StoreRefused("The store does not answer requests for a range of bytes.")
    return answer
