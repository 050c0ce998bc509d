"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.platforms import Platforms
from tests.support.site import Site

settings.register_profile("patient", deadline=None)  # a busy machine is not a failing test
settings.load_profile("patient")


@pytest.fixture
def site() -> Iterator[Site]:
    """The simulated site, fresh for each test."""
    with Site() as running:
        yield running
        assert running.errors == []


@pytest.fixture
def platforms() -> Iterator[Platforms]:
    """The simulated platforms, fresh for each test."""
    with Platforms() as running:
        yield running
        assert [platform.site.errors for platform in running.all if platform.site.errors] == []


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests contact loopback only, and use no key or setting of whoever runs them."""
    for name in ("HOLDFAST_KEY", "HOLDFAST_INTO", "HOLDFAST_ALLOW_NETWORKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOLDFAST_TIMESTAMPS", "false")
