"""Sending one object to an S3-compatible store, so that it is there whole or not at all.

Each request carries the SHA-256 of what it sends (``x-amz-checksum-sha256``), so that a store that
knows checksums refuses what was damaged on the way; and ``If-None-Match: *``, so that nothing is
replaced. One request takes up to 5 GiB. Larger objects go in parts, which nobody sees before the
request that joins them: the checksum of such an object is one over its parts' checksums and not
over its bytes ("Checking object integrity", Amazon S3 user guide), so it cannot be compared with a
file's. Reading the object back, which the caller does, can.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from service.evidence.store.lock import LockHeaders
from service.evidence.store.streams import wrong_source

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

ONE_REQUEST_BYTES = 5 << 30  # S3's own limit
PART_BYTES = 16 << 20  # in memory while it is sent
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


Sending = Callable[["S3Client", Where, BinaryIO, str, LockHeaders], Receipt]
"""A way of sending a file of a SHA-256 under a lock. Raises what boto3 raises, `OSError`, and
`Altered` where it sees that the file changed."""


def way_for(file: BinaryIO) -> Sending:
    """How a file of this size is sent."""
    return send_whole if _size(file) <= ONE_REQUEST_BYTES else send_in_parts


def send_whole(
    s3: S3Client, where: Where, file: BinaryIO, sha256: str, lock: LockHeaders
) -> Receipt:
    """Send a file in one request; see `Sending`."""
    size = _size(file)
    file.seek(0)
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


def send_in_parts(
    s3: S3Client, where: Where, file: BinaryIO, sha256: str, lock: LockHeaders
) -> Receipt:
    """Send a file in parts; see `Sending`."""
    part_bytes = max(PART_BYTES, -(-_size(file) // MOST_PARTS))
    file.seek(0)
    with _upload(s3, where, lock) as upload:
        whole = hashlib.sha256()
        parts: list[CompletedPartTypeDef] = []
        while part := file.read(part_bytes):
            whole.update(part)
            parts.append(_send_part(s3, where, upload, len(parts) + 1, part))
        if whole.hexdigest() != sha256:
            raise wrong_source(where["Key"], sha256, whole.hexdigest())
        made = s3.complete_multipart_upload(
            **where, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
        )
    return Receipt(made["ETag"], made.get("VersionId"))


def _send_part(
    s3: S3Client, where: Where, upload: str, number: int, part: bytes
) -> CompletedPartTypeDef:
    checksum = _base64(hashlib.sha256(part).digest())
    sent = s3.upload_part(
        **where,
        UploadId=upload,
        PartNumber=number,
        Body=part,
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=checksum,
    )
    return {"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum}


@contextmanager
def _upload(s3: S3Client, where: Where, lock: LockHeaders) -> Iterator[str]:
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


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
