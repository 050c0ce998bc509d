"""The connection to an S3-compatible store, made from arguments alone.

boto3 would also look for settings and secrets in environment variables, in files of the home
directory and on the cloud's metadata address. None of that is asked here: what a service keeps
evidence in must be what its own settings say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CONNECT_SECONDS = 10
READ_SECONDS = 60  # of silence
ATTEMPTS = 4  # in all, with growing pauses, for what may pass
CONNECTIONS = 16  # kept open at once, for threads that use one store

_UNSET = (None, None, None, None)
_NOT_FROM_OUTSIDE = ("profile", "config_file", "credentials_file", "ca_bundle")


@dataclass(frozen=True)
class Credentials:
    """An access key and its secret, which does not show in `repr`."""

    access_key: str
    secret_key: str = field(repr=False)


def connect(endpoint: str | None, region: str, credentials: Credentials) -> S3Client:
    """A client for a store at `endpoint` (None: Amazon's own for the region).

    Nothing is sent yet. No proxy of the environment is used. Checksums beyond those that the
    store's code gives itself are left out, because stores other than Amazon's stumble over them.
    """
    outside = dict.fromkeys(_NOT_FROM_OUTSIDE, _UNSET)
    session = boto3.Session(
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        region_name=region,
        botocore_session=Session(session_vars=outside),
    )
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        proxies={},
    )
    url = endpoint or f"https://s3.{region}.amazonaws.com"
    return session.client("s3", endpoint_url=url, config=config, verify=True)
