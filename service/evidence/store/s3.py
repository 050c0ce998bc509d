"""A store in a bucket of Amazon S3, or of whatever speaks its language (MinIO, Ceph, Garage).

The store must honour ``If-None-Match: *`` when it is asked to keep an object: that is what makes it
write-once for everybody at the same moment. `check` finds out, and refuses a store that does not.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import closing
from hashlib import file_digest
from hashlib import sha256 as _sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from service.evidence.disk import in_words as disk_in_words
from service.evidence.errors import (
    AlreadyStored,
    NotStored,
    StoreRefused,
    StoreUnavailable,
)
from service.evidence.store.keys import check_digest, check_key, check_prefix, is_key
from service.evidence.store.lock import Lock, LockHeaders
from service.evidence.store.s3client import Credentials, connect
from service.evidence.store.s3erase import erase
from service.evidence.store.s3upload import Receipt, Where, send
from service.evidence.store.s3words import code_of, in_words
from service.evidence.store.streams import (
    PIECE_BYTES,
    already,
    check_range,
    digest,
    save,
    too_short,
    wrong_source,
)

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

PROBE = "probe/conditional"
_PROBE_BYTES = b"This object shows that the store keeps what it has.\n"


class S3Store:
    """Objects in `bucket`, their names being `prefix`, a '/' and the key (no prefix: the key).

    `endpoint` is the store's address, None for Amazon's own. With a `lock`, every object is stored
    under it, or not at all where the bucket has no object lock; objects stored before keep what
    they had. Threads may share one; make one in each process. Not guaranteed over plain
    ``http://``: that nobody on the way reads along.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None,
        region: str,
        prefix: str,
        credentials: Credentials,
        lock: Lock | None = None,
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._lock = lock
        self._s3 = connect(endpoint, region, credentials)

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".removesuffix("/")

    def put(self, key: str, source: Path, sha256: str) -> None:
        """See `Store.put`. What is sent carries its checksum, and is then read back and hashed."""
        check_key(key)
        with disk_in_words(f"{source} cannot be read"), source.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
            if found != check_digest(sha256):
                raise wrong_source(key, sha256, found)
            receipt = None if self._has(key) else self._send(key, file, sha256)
        found = digest(self.read(key))
        if found != sha256 and receipt is None:
            raise already(key, sha256, found)
        if found != sha256 and receipt is not None:
            self._withdraw(key, receipt)
            raise StoreUnavailable(
                f"{self} gave back other bytes of {key} than it was sent, so they were removed. "
                "Try again; if it happens again, the store or the way to it is damaged."
            )

    def read(
        self, key: str, start: int = 0, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """See `Store.read`."""
        check_range(start, end)
        reading = self._read(check_key(key), start, end)
        next(reading)  # asks for it
        return reading

    def size(self, key: str) -> int:
        """See `Store.size`."""
        where = self._where(check_key(key))
        with in_words(f"{key} cannot be found in {self}"):
            try:
                return self._s3.head_object(**where)["ContentLength"]
            except ClientError as error:
                if code_of(error) == "404":  # no object or no bucket: the answer does not say
                    self._s3.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
                raise

    def retrieve(self, key: str, into: Path, sha256: str) -> None:
        """See `Store.retrieve`."""
        save(self.read(key), into, check_digest(sha256), key)

    def delete(self, key: str) -> None:
        """See `Store.delete`."""
        erase(self._s3, self._where(check_key(key)), key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `Store.keys`."""
        return self._list(self._prefix + check_prefix(prefix))

    def check(self) -> None:
        """See `Store.check`: asks to keep one small object, which stays, and reads it.

        It is always the same object, since a bucket with object lock would let none be deleted. The
        second time it must be refused: then the store can be written to, and is write-once. Not
        shown: that there is room.
        """
        if self._lock:
            with in_words(f"{self} has no object lock"):
                self._s3.get_object_lock_configuration(Bucket=self._bucket)
        if self._takes_probe() and self._takes_probe():
            raise StoreRefused(
                f"{self} replaces objects although it is told not to (If-None-Match): it is not "
                "write-once. Use a store that honours conditional writes."
            )
        if b"".join(self.read(PROBE)) != _PROBE_BYTES:
            raise StoreRefused(f"{self} gives back other bytes of {PROBE} than it was given.")

    def _takes_probe(self) -> bool:
        sha256 = _sha256(_PROBE_BYTES).hexdigest()
        try:
            with in_words(f"{self} keeps nothing"):
                send(self._s3, self._where(PROBE), io.BytesIO(_PROBE_BYTES), sha256, {})
        except AlreadyStored:
            return False
        return True

    def _has(self, key: str) -> bool:
        try:
            self.size(key)
        except NotStored:
            return False
        return True

    def _send(self, key: str, file: BinaryIO, sha256: str) -> Receipt | None:
        """Send an object; None where one of its key came to be meanwhile."""
        lock: LockHeaders = self._lock.headers() if self._lock else {}
        try:
            with in_words(f"{key} cannot be stored in {self}"):
                return send(self._s3, self._where(key), file, sha256, lock)
        except AlreadyStored:
            return None

    def _withdraw(self, key: str, receipt: Receipt) -> None:
        """Remove what this process stored just now, and nothing that another did."""
        where = self._where(key)
        with in_words(f"{key} is damaged, and cannot be removed from {self}"):
            if receipt.version:
                self._s3.delete_object(**where, VersionId=receipt.version)
            elif self._s3.head_object(**where)["ETag"] == receipt.etag:
                self._s3.delete_object(**where)

    def _read(self, key: str, start: int, end: int | None) -> Generator[bytes, None, None]:
        with in_words(f"{key} cannot be read from {self}"):
            answer = self._get(key, start, end)
            if answer is None:
                yield b""
                return
            with closing(answer["Body"]) as body:
                yield b""
                yield from body.iter_chunks(PIECE_BYTES)

    def _get(self, key: str, start: int, end: int | None) -> GetObjectOutputTypeDef | None:
        """Ask for an object or its range; None for an empty range, which HTTP cannot ask for."""
        if start == 0 and end is None:
            return self._s3.get_object(**self._where(key))
        if end is None or start == end:
            size = self.size(key)
            if start > size:
                raise too_short(key, start, end, size)
            if start in {size, end}:
                return None
            end = size
        try:
            answer = self._s3.get_object(**self._where(key), Range=f"bytes={start}-{end - 1}")
        except ClientError as error:
            if code_of(error) in {"InvalidRange", "416"}:
                raise too_short(key, start, end, self.size(key)) from error
            raise
        if answer.get("ContentRange", "").partition("/")[0] != f"bytes {start}-{end - 1}":
            answer["Body"].close()
            size = self.size(key)
            if end > size:
                raise too_short(key, start, end, size)
            raise StoreRefused(f"{self} does not answer requests for a range of bytes.")
        return answer

    def _list(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        with in_words(f"{self} cannot be listed"):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                keys = (each["Key"].removeprefix(self._prefix) for each in page.get("Contents", []))
                yield from filter(is_key, keys)

    def _where(self, key: str) -> Where:
        return {"Bucket": self._bucket, "Key": self._prefix + key}
