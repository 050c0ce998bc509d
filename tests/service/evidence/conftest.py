"""Stores for tests: a folder, and a bucket of the simulated S3 store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from service.evidence.store import Store, open_store
from tests.support.s3 import S3Server


@dataclass(frozen=True)
class Place:
    """A store's address and keys, as another process would open it."""

    url: str
    keys: dict[str, str] = field(default_factory=dict)

    def open(self) -> Store:
        return open_store(self.url, **self.keys)


@dataclass(frozen=True)
class Content:
    """A file to store, and its digest."""

    path: Path
    sha256: str

    @property
    def bytes(self) -> bytes:
        return self.path.read_bytes()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """The simulated store's process."""
    with S3Server() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "s3" in request.fixturenames:
        request.getfixturevalue("s3").order()


def s3_place(server: S3Server, bucket: str, **options: str) -> Place:
    keys = {"access_key": server.access_key, "secret_key": server.secret_key}
    return Place(server.url(bucket, "some/prefix", **options), keys)


@pytest.fixture
def local_place(tmp_path: Path) -> Place:
    folder = tmp_path / "the store"
    folder.mkdir()
    return Place(folder.as_uri())


MakeContent = Callable[[bytes], Content]


@pytest.fixture
def content(tmp_path: Path) -> MakeContent:
    """Makes files to store: `content(b"…")`."""

    def make(octets: bytes) -> Content:
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        digest = sha256(octets).hexdigest()
        path = folder / digest
        path.write_bytes(octets)
        return Content(path, digest)

    return make


GOOD = Path(__file__).parent.parent.parent / "vectors" / "good"


@pytest.fixture
def sealed_bag() -> Path:
    """The folder of a genuine bag, to read from; its trust file is `trust.pem` beside it."""
    (bag,) = (GOOD / "captured").glob("2*")
    return bag
