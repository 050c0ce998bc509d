"""Where evidence is kept: one small interface, a folder or an S3-compatible bucket behind it.

`open_store` is the way in; `interface` says what a store promises, and `keys` how objects are
named. `local` (with `incoming`) keeps them as files, `s3` (with `s3client`, `s3upload`, `s3read`,
`s3erase`, `s3probe`, `s3words`) in a bucket. `address` reads a store's URL.
"""

from __future__ import annotations

from service.evidence.errors import BadStoreUrl
from service.evidence.store.address import Bucket, parse
from service.evidence.store.interface import Store
from service.evidence.store.keys import capture_key
from service.evidence.store.local import LocalStore
from service.evidence.store.s3 import S3Store
from service.evidence.store.s3client import Credentials

__all__ = ["Store", "capture_key", "open_store"]


def open_store(url: str, *, access_key: str | None = None, secret_key: str | None = None) -> Store:
    """The store at `url`; nothing is asked of it yet (see `Store.check`).

    `file:///folder`, or `s3://bucket/prefix?endpoint=https://host:9000&region=eu-west-1&lock=
    governance:3650`, of which prefix, endpoint (Amazon's own), region (us-east-1) and lock (none,
    otherwise a mode and days) may be left out. An S3 store needs both keys, which never stand in
    the URL. Raises `BadStoreUrl`.
    """
    place = parse(url)
    if not isinstance(place, Bucket):
        return LocalStore(place)
    if not access_key or not secret_key:
        raise BadStoreUrl("An S3 store needs an access key and a secret key.")
    return S3Store(
        place.name,
        endpoint=place.endpoint,
        region=place.region,
        prefix=place.prefix,
        credentials=Credentials(access_key, secret_key),
        lock=place.lock,
    )
