"""A store that is away while captures of a profile are taken account of, and one that lost some."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.accounts.models import User
from service.cases.models import Case
from service.evidence.errors import Altered, StoreUnavailable
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from tests.support.service_captures import sealed
from tests.support.service_profiles import URL, post, profile_of
from workers.archiving import collecting, working
from workers.archiving.working import work_once


@pytest.fixture
def profile(archive: Path, owner: User, new_case: Callable[[], Case], tmp_path: Path) -> Profile:
    """A profile that waits for one post, whose capture is sealed."""
    made = profile_of(owner, new_case())
    Profile.objects.update(state=Stage.CAPTURING, run=1, began="2026-11-20T10:00:00+00:00")
    capture = sealed(owner, made.case, tmp_path, f"{URL}/1")
    Taken.objects.create(profile=made, post=post(made, 1), capture=capture, what=What.POST, run=1)
    return made


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    heard: list[int] = []
    monkeypatch.setattr(working, "ring_for_profiles", lambda times=1: heard.append(times))
    return heard


def _raising(error: Exception) -> Callable[..., Any]:
    def fetch(*_: object) -> Path:
        raise error

    return fetch


def test_it_is_left_for_later_and_nobody_is_kept_busy(
    profile: Profile, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(collecting, "fetch", _raising(StoreUnavailable("It does not answer.")))
        assert work_once()
    profile.refresh_from_db()
    assert (profile.state, profile.lease_until, rung) == (Stage.CAPTURING, None, [])
    assert Taken.objects.get().is_open
    assert work_once()
    profile.refresh_from_db()
    row = ProfilePost.objects.get()
    assert (profile.state, row.state, row.is_done) == (Stage.LISTING, "captured", True)
    told = Taken.objects.get(what=What.POST).told
    assert told is not None
    assert told["outcome"] == "captured"


def test_what_the_store_has_no_more_is_told(
    profile: Profile, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "fetch", _raising(Altered("It is another.")))
    assert work_once()
    row = ProfilePost.objects.get()
    assert (row.state, row.reason) == ("failed", "its evidence cannot be read: It is another.")
    assert Taken.objects.get(what=What.POST).told is None
