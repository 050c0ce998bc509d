"""What an S3-compatible store refuses, said in this package's errors.

The codes are those of Amazon's S3 API reference ("Error responses"), and the few that MinIO and
Ceph add. Of the remote server's answer only its error code is repeated, and that only in letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  # its name there
    HTTPClientError,
    IncompleteReadError,
    SSLError,
)

from service.evidence.errors import (
    AlreadyStored,
    EvidenceError,
    NotStored,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
)

_TAKEN = {"PreconditionFailed", "412"}
_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}
_FULL = {"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "507"}
_PASSING = {
    *("SlowDown", "Throttling", "ThrottlingException", "RequestTimeout", "OperationAborted"),
    *("ConditionalRequestConflict", "NoSuchUpload", "IncompleteBody", "429"),
}
_DAMAGED = {"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"}
_NEXT = {
    "NoSuchBucket": "Make the bucket, or correct its name.",
    "InvalidAccessKeyId": "Correct the access key.",
    "SignatureDoesNotMatch": "Correct the secret key.",
    "AccessDenied": "Give the access key the right to read, write, list and delete in the bucket.",
    "403": "Give the access key the right to read, write, list and delete in the bucket.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "ObjectLockConfigurationNotFoundError": "Make a bucket with object lock, or ask for no lock.",
    "InvalidRequest": "Where a lock is asked for, the bucket must have been made with object lock.",
}
_ELSE = "Look at the store's own log, and at the address, bucket and region that were given."


@contextmanager
def in_words(failing: str) -> Iterator[None]:
    """Within it whatever boto3 raises becomes one of this package's errors.

    `failing` is the first half of the sentence, such as 'The object cannot be read'.
    """
    try:
        yield
    except ClientError as error:
        raise _answered(error, failing) from error
    except BotoCoreError as error:
        raise _unanswered(error, failing) from error


def code_of(error: ClientError) -> str:
    """The error code of an answer; for an answer without a body, its HTTP status."""
    found = re.fullmatch(r"[A-Za-z0-9.]{1,64}", str(error.response.get("Error", {}).get("Code")))
    return found[0] if found else "an unreadable code"


def _answered(error: ClientError, failing: str) -> EvidenceError:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = f"{failing}: the store answered {code}."
    if code in _TAKEN:
        return AlreadyStored(f"{said} What is stored never changes.")
    if code in _MISSING:
        return NotStored(f"{said} There is no such object.")
    if code in _FULL or status == 507:
        return StoreFull(f"{said} Make room, or raise the quota; nothing was lost.")
    if code in _DAMAGED:
        return StoreUnavailable(f"{said} The bytes were damaged on the way: try again.")
    if code in _PASSING or status >= 500 or status == 429:
        return StoreUnavailable(f"{said} Try again later.")
    return StoreRefused(f"{said} {_NEXT.get(code, _ELSE)}")


def _unanswered(error: BotoCoreError, failing: str) -> EvidenceError:
    said = f"{failing}: {type(error).__name__}."
    if isinstance(error, SSLError):
        return StoreRefused(f"{said} The store's certificate was not accepted: correct it.")
    if isinstance(error, (ConnectionError, HTTPClientError, IncompleteReadError)):
        return StoreUnavailable(f"{said} Is the store running, and its address right?")
    return StoreRefused(f"{said} {_ELSE}")
