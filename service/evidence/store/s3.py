"""A store in a bucket of Amazon S3, or of whatever speaks its language (MinIO, Ceph, Garage).

The store must honour ``If-None-Match: *`` when it is asked to keep an object: that is what makes it
write-once for everybody at the same moment. A store that does not is refused, by `check` and before
anything is put in it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from service.evidence.disk import in_words as disk_in_words
from service.evidence.errors import AlreadyStored, NotStored, StoreRefused, StoreUnavailable
from service.evidence.store.keys import check_digest, check_key, check_prefix, is_key
from service.evidence.store.lock import Lock, LockHeaders
from service.evidence.store.s3client import Credentials, connect
from service.evidence.store.s3erase import erase
from service.evidence.store.s3probe import PROBE, prove_readable, prove_write_once
from service.evidence.store.s3read import read, size
from service.evidence.store.s3upload import Receipt, Sending, Where, send_whole, way_for
from service.evidence.store.s3words import in_words
from service.evidence.store.streams import already, check_range, digest, save, wrong_source


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
        self._proved: set[Sending] = set()

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
        if receipt is not None:
            self._look_at(key, receipt, is_right=found == sha256)
        elif found != sha256:
            raise already(key, sha256, found)

    def read(
        self, key: str, start: int = 0, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """See `Store.read`."""
        check_range(start, end)
        reading = read(self._s3, self._where(check_key(key)), start, end)
        next(reading)  # asks for it
        return reading

    def size(self, key: str) -> int:
        """See `Store.size`."""
        return size(self._s3, self._where(check_key(key)))

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
        """See `Store.check`. Keeps one small object, and asks about object locks if wanted.

        Not shown: that there is room.
        """
        if self._lock:
            with in_words(f"{self} has no object lock"):
                self._s3.get_object_lock_configuration(Bucket=self._bucket)
        prove_write_once(self._s3, self._where(PROBE), send_whole)
        self._proved.add(send_whole)
        prove_readable(self._s3, self._where(PROBE))

    def _has(self, key: str) -> bool:
        try:
            self.size(key)
        except NotStored:
            return False
        return True

    def _send(self, key: str, file: BinaryIO, sha256: str) -> Receipt | None:
        """Send an object; None where one of its key came to be meanwhile.

        Nothing is sent in a way of which the store has not proved that it replaces nothing.
        """
        send = way_for(file)
        if send not in self._proved:
            prove_write_once(self._s3, self._where(PROBE), send)
            self._proved.add(send)
        lock: LockHeaders = self._lock.headers() if self._lock else {}
        try:
            with in_words(f"{key} cannot be stored in {self}"):
                return send(self._s3, self._where(key), file, sha256, lock)
        except AlreadyStored:
            return None

    def _look_at(self, key: str, receipt: Receipt, *, is_right: bool) -> None:
        """Leave nothing stored just now that is not right, or not locked as it should be."""
        if not is_right:
            self._withdraw(key, receipt)
            raise StoreUnavailable(
                f"{self} gave back other bytes of {key} than it was sent, so they were removed. "
                "Try again; if it happens again, the store or the way to it is damaged."
            )
        if self._lock and not self._is_locked(key, self._lock):
            self._withdraw(key, receipt)
            raise StoreRefused(
                f"{self} stored {key} without the object lock that was asked for, so it was "
                "removed. Use a store that has object locks, or ask for none."
            )

    def _is_locked(self, key: str, lock: Lock) -> bool:
        with in_words(f"{key} cannot be asked for its object lock"):
            held = self._s3.head_object(**self._where(key))
        return lock.is_held(held.get("ObjectLockMode"), held.get("ObjectLockRetainUntilDate"))

    def _withdraw(self, key: str, receipt: Receipt) -> None:
        """Remove what this process stored just now, and nothing that another did."""
        where = self._where(key)
        with in_words(f"{key} is not as it should be, and cannot be removed from {self}"):
            if receipt.version:
                self._s3.delete_object(**where, VersionId=receipt.version)
            elif self._s3.head_object(**where)["ETag"] == receipt.etag:
                self._s3.delete_object(**where)

    def _list(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        with in_words(f"{self} cannot be listed"):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                keys = (each["Key"].removeprefix(self._prefix) for each in page.get("Contents", []))
                yield from filter(is_key, keys)

    def _where(self, key: str) -> Where:
        return {"Bucket": self._bucket, "Key": self._prefix + key}
