"""Removing an object from an S3-compatible store, so that it is gone and not only out of sight.

In a bucket with versions a plain deletion hides an object behind a marker and keeps it. So each
version is deleted by its name, and the markers after them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service.evidence.errors import Retained, StoreRefused
from service.evidence.store.s3upload import Where
from service.evidence.store.s3words import code_of, in_words

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def erase(s3: S3Client, where: Where, key: str) -> None:
    """Remove every version of an object; none at all is no error.

    Raises `Retained` where an object lock forbids, and what `in_words` makes of boto3's errors.
    """
    with in_words(f"{key} cannot be deleted"):
        versions = _versions(s3, where)
        if versions is None:
            s3.delete_object(**where)
            return
    for version in versions:
        try:
            with in_words(f"{key} cannot be deleted"):
                s3.delete_object(**where, VersionId=version)
        except StoreRefused as error:
            if retained := _retained(s3, where, version, key):
                raise retained from error
            raise


def _versions(s3: S3Client, where: Where) -> list[str] | None:
    """The versions of an object, then its markers; None where the store does not know of any.

    A bucket without versions lists its objects with the version 'null'.
    """
    versions, markers = [], []
    pages = s3.get_paginator("list_object_versions")
    try:
        for page in pages.paginate(Bucket=where["Bucket"], Prefix=where["Key"]):
            kept, marked = page.get("Versions", []), page.get("DeleteMarkers", [])
            versions += [each["VersionId"] for each in kept if each["Key"] == where["Key"]]
            markers += [each["VersionId"] for each in marked if each["Key"] == where["Key"]]
    except ClientError as error:
        if code_of(error) in {"NotImplemented", "501"}:
            return None
        raise
    return versions + markers


def _retained(s3: S3Client, where: Where, version: str, key: str) -> Retained | None:
    """Why a version could not be deleted, if a lock is why; None if it is not.

    Asked after a refusal, since stores give different codes for it. Where a store does not tell of
    its locks, the refusal stands as it was given.
    """
    try:
        held = s3.head_object(**where, VersionId=version)
    except ClientError:
        return None
    if held.get("ObjectLockLegalHoldStatus") == "ON":
        return Retained(f"{key} is under a legal hold of the store, and cannot be deleted before.")
    until = held.get("ObjectLockRetainUntilDate")
    if until is None or until <= datetime.now(UTC):
        return None
    return Retained(
        f"{key} is kept by an object lock ({held.get('ObjectLockMode')}) until "
        f"{until:%Y-%m-%d %H:%M} UTC, and cannot be deleted before."
    )
