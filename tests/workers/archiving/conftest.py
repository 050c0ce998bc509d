"""A machine of the service that archives simulated profiles with a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from capture.target import parse_target
from service.accounts.models import User
from service.captures.models import Queue
from service.cases.models import Case
from service.custody.recording import Actor
from service.evidence.keeping import prepare_store
from service.profiles import submitting
from service.profiles.models import UNDER_WAY, Profile
from tests.support.servers.fixtures import postgres_server
from tests.support.service_fixtures import (
    either,
    machine,
    new_case,
    owner,
    postgresql_template,
    sqlite_template,
)
from workers import browsers, outbox
from workers import settings as worker_settings
from workers.archiving.working import work_once
from workers.capturing import capture_one

__all__ = [
    "either",
    "machine",
    "new_case",
    "owner",
    "postgres_server",
    "postgresql_template",
    "sqlite_template",
]

_STEPS = 200


@pytest.fixture
def archive(machine: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The machine, allowed to look at loopback, in a hurry."""
    settings.MIN_FREE, settings.HOST_DELAY_S, settings.RETRY_FIRST_S = 0, 0, 0.1
    monkeypatch.setenv("HOLDFAST_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("HOLDFAST_SCROLL_TIME_LIMIT", "1")
    monkeypatch.setenv("HOLDFAST_WIRE", "false")
    worker_settings.capture_options.cache_clear()
    worker_settings.signing_key.cache_clear()
    outbox._the_store = outbox._Store()
    prepare_store()
    yield machine
    browsers._warm.close()
    worker_settings.capture_options.cache_clear()
    worker_settings.signing_key.cache_clear()


Wanted = Callable[..., Profile]
NewCase = Callable[[], Case]


@pytest.fixture
def wanted(owner: User, new_case: Callable[[], Case]) -> Wanted:
    """`wanted(url, max_posts=…)`: a profile that somebody submitted."""

    def act(url: str, **more: Any) -> Profile:
        actor = Actor("user", str(owner.pk))
        return submitting.submit(
            submitting.Wanted(owner, actor, new_case(), parse_target(url), **more)
        )

    return act


def work(profile: Profile) -> Profile:
    """What workers do, until the profile is over (or paused)."""
    for _ in range(_STEPS):
        profile.refresh_from_db()
        if profile.state not in UNDER_WAY:
            return profile
        if not work_once():
            capture_one([Queue.CAPTURE, Queue.BULK])
    raise AssertionError(f"it never ended: {profile.state}, {profile.explanation}")
