"""Fixtures for conftests, which import them by name. A failed test shows its servers' logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.servers.postgres import Database, Postgres
from tests.support.servers.redis import Redis
from tests.support.servers.server import Server


@contextmanager
def shown(server: Server, begin: int = 0) -> Iterator[None]:
    """Print at the end what the server has logged, from a byte on; pytest shows it on failure."""
    try:
        yield
    finally:
        print(f"--- log of {type(server).__name__}\n{server.log(begin)}")


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A Redis for one test, which may kill it; it comes back empty."""
    with Redis() as server, shown(server):
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The PostgreSQL of this test process: for ordinary tests, which leave it running."""
    with Postgres() as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres) -> Iterator[Database]:
    """An empty database for one test."""
    with shown(postgres_server, postgres_server.logged), postgres_server.database() as fresh:
        yield fresh


@pytest.fixture
def durable_postgres() -> Iterator[Postgres]:
    """A PostgreSQL for one test, which may kill it: what was committed comes back."""
    with Postgres(durable=True) as server, shown(server):
        yield server
