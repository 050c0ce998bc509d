"""Starts and stops the simulated store, makes buckets, orders faults."""

from __future__ import annotations

import dataclasses
import json
import secrets
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from service.evidence.store.s3client import Credentials, connect
from tests.support.s3.faults import Fault
from tests.support.s3.front import ORDERS

_ROOT = Path(__file__).parent.parent.parent.parent


class S3Server:
    """A store on loopback, from `with` to the end of the block; objects are gone with it."""

    access_key = "tests"
    secret_key = "not-a-secret-at-all"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.s3"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout
        self.endpoint = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.client = connect(
            self.endpoint, "us-east-1", Credentials(self.access_key, self.secret_key)
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()

    def make_bucket(self, *, versions: bool = False, locks: bool = False) -> str:
        """A new bucket; `locks` (which S3 gives only with versions) makes object locks possible."""
        name = f"bucket-{secrets.token_hex(6)}"
        self.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locks)
        if versions and not locks:
            self.client.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        return name

    def url(self, bucket: str, prefix: str = "", **options: str) -> str:
        """The bucket as `open_store` takes it."""
        more = "".join(f"&{name}={value}" for name, value in options.items())
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}{more}"

    def order(self, *faults: Fault) -> None:
        """From now on these faults and no others."""
        body = json.dumps([dataclasses.asdict(fault) for fault in faults]).encode()
        with urllib.request.urlopen(f"{self.endpoint}{ORDERS}", body, timeout=10):
            pass
