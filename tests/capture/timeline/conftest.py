"""One browser and one set of platforms for all walks of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.capture.timeline.walking import Walking
from tests.support.platforms import Platforms


@pytest.fixture(scope="module")
def platforms() -> Iterator[Platforms]:
    with Platforms() as running:
        yield running


@pytest.fixture(scope="module")
def walking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walking]:
    with Walking(tmp_path_factory.mktemp("walking")) as running:
        yield running
