"""Worker processes share with their parent what was loaded before they were forked."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from celery import signals

from workers import celery_app


@pytest.fixture
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thawed")
def test_the_collector_leaves_alone_what_is_shared() -> None:
    assert celery_app.app is not None
    before = gc.get_freeze_count()
    signals.worker_before_create_process.send(sender=None)
    assert gc.get_freeze_count() > before + 10_000
