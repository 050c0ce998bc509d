"""Sending one object to an S3-compatible store, so that it is there whole or not at all.

Each request carries the SHA-256 of what it sends (``x-amz-checksum-sha256``), so that a store that
knows checksums refuses what was damaged on the way; and ``If-None-Match: *``, so that nothing is
replaced. Small objects go in one request. Larger ones go in parts, which nobody sees before the
request that joins them: the checksum of such an object is one over its parts' checksums and not
over its bytes ("Checking object integrity", Amazon S3 user guide), so it cannot be compared with a
file's. Reading the object back, which the caller does, can.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from service.evidence.store.lock import LockHeaders
from service.evidence.store.streams import wrong_source

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

MIB = 1 << 20
ONE_REQUEST_BYTES = 64 * MIB
PART_BYTES = 16 * MIB  # in memory while it is sent
MOST_PARTS = 10_000  # S3's own limit
_TYPE = "application/zip"


class Where(TypedDict):
    """The bucket and the full name of an object in it."""

    Bucket: str
    Key: str


@dataclass(frozen=True)
class Receipt:
    """What the store called the object that it made: its ETag, and its version if it has them."""

    etag: str
    version: str | None


def send(s3: S3Client, where: Where, file: BinaryIO, sha256: str, lock: LockHeaders) -> Receipt:
    """Send a whole file. Raises what boto3 raises, `OSError`, and `Altered` if the file changes."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= ONE_REQUEST_BYTES:
        return _send_whole(s3, where, file, size, sha256, lock)
    with _parts(s3, where, lock) as upload:
        return _send_parts(s3, where, upload, file, max(PART_BYTES, -(-size // MOST_PARTS)), sha256)


def _send_whole(
    s3: S3Client, where: Where, file: BinaryIO, size: int, sha256: str, lock: LockHeaders
) -> Receipt:
    made = s3.put_object(
        **where,
        **lock,
        Body=file,
        ContentLength=size,
        ContentType=_TYPE,
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=_base64(bytes.fromhex(sha256)),
        IfNoneMatch="*",
    )
    return Receipt(made["ETag"], made.get("VersionId"))


@contextmanager
def _parts(s3: S3Client, where: Where, lock: LockHeaders) -> Iterator[str]:
    """An upload in parts, given up if it fails; parts that stay behind are never seen.

    They cost room, though: a bucket rule that ends incomplete uploads after a day removes them.
    """
    begun = s3.create_multipart_upload(
        **where, **lock, ContentType=_TYPE, ChecksumAlgorithm="SHA256"
    )
    upload = begun["UploadId"]
    try:
        yield upload
    except BaseException as error:
        try:
            s3.abort_multipart_upload(**where, UploadId=upload)
        except (ClientError, BotoCoreError) as also:
            error.add_note(f"The parts already sent could not be removed: {type(also).__name__}.")
        raise


def _send_parts(
    s3: S3Client, where: Where, upload: str, file: BinaryIO, part_bytes: int, sha256: str
) -> Receipt:
    whole = hashlib.sha256()
    parts: list[CompletedPartTypeDef] = []
    while part := file.read(part_bytes):
        whole.update(part)
        number, checksum = len(parts) + 1, _base64(hashlib.sha256(part).digest())
        sent = s3.upload_part(
            **where,
            UploadId=upload,
            PartNumber=number,
            Body=part,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=checksum,
        )
        parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})
    if whole.hexdigest() != sha256:
        raise wrong_source(where["Key"], sha256, whole.hexdigest())
    made = s3.complete_multipart_upload(
        **where, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
    )
    return Receipt(made["ETag"], made.get("VersionId"))


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
