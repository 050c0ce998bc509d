"""Leases and states of profiles, on both databases; what holds them, and that it is needed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from service.accounts.models import User
from service.captures import clock
from service.captures.models import Capture, Host, Queue
from service.captures.models import State as CaptureState
from service.captures.queue import claim_next as claim_capture
from service.captures.states import LeaseLost
from service.cases.models import Case
from service.custody.chain import faults
from service.custody.recording import SYSTEM, history
from service.profiles import posts, settling, states, sweeping
from service.profiles.models import Profile, ProfilePost, Stage, Taken, What
from service.profiles.queue import claim_next
from service.profiles.states import Lease
from tests.support.databases import in_threads
from tests.support.service_fixtures import SetClock, Submit
from tests.support.service_profiles import post, profile_of

LEASE_S = 60


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.LEASE_S, settings.HOST_DELAY_S, settings.HOST_CONCURRENCY = LEASE_S, 0, 2


@pytest.fixture
def profile(owner: User, new_case: Callable[[], Case]) -> Profile:
    return profile_of(owner, new_case())


def _claim(profile: Profile, worker: str = "one") -> Lease:
    lease = states.claim(Profile.objects.get(pk=profile.pk), worker)
    assert lease is not None
    return lease


def _fields(profile: Profile, number: int) -> dict[str, Any]:
    made = post(profile, number)
    names = [each.name for each in ProfilePost._meta.fields]
    left_out = {"id", "profile", "mark_sha256", "changed"}
    fields = {name: getattr(made, name) for name in names if name not in left_out}
    made.delete()
    return fields


def _lose(lease: Lease, time: SetClock) -> None:
    """As the sweeper does with a worker that says nothing more."""
    time.advance(LEASE_S + 1)
    assert states.doubt() == 1
    time.advance(LEASE_S)
    assert states.reclaim(Profile.objects.get(pk=lease.profile))


def test_one_of_two_gets_the_lease(either: str, profile: Profile) -> None:
    seen = Profile.objects.get(pk=profile.pk)
    leases = in_threads(*(lambda name=name: states.claim(seen, name) for name in ("one", "two")))
    won = [each for each in leases if isinstance(each, Lease)]
    assert len(won) == 1, leases
    assert Profile.objects.get().fence == 1
    assert faults(history(profile.pk)) == []


def test_control_without_the_condition_both_would_get_it(either: str, profile: Profile) -> None:
    source = inspect.getsource(states.claim)
    condition = ", state=profile.state, fence=profile.fence, lease_until=None"
    assert source.count(condition) == 1
    without: dict[str, Any] = {}
    exec(source.replace(condition, ""), vars(states), without)  # noqa: S102
    Profile.objects.update(began="2026-11-20T10:00:00+00:00")
    seen = Profile.objects.get(pk=profile.pk)
    leases = [without["claim"](seen, name) for name in ("one", "two")]
    assert None not in leases


def test_a_worker_that_was_given_up_writes_nothing_more(
    either: str, profile: Profile, time: SetClock
) -> None:
    lost = _claim(profile)
    fields = _fields(profile, 1)
    posts.keep(lost, [fields], [])
    _lose(lost, time)
    held = _claim(profile, "two")
    for act in (
        lambda: posts.keep(lost, [_fields_of(fields, 2)], []),
        lambda: posts.end_reading(lost, [_fields_of(fields, 2)], []),
        lambda: posts.keep_reading(lost, {"end": "failed"}),
        lambda: states.put_back(lost, "x", "x", 0, trouble=True),
        lambda: states.pause(lost, "x", "x"),
        lambda: states.rest(lost),
    ):
        with pytest.raises(LeaseLost):
            act()
    assert list(ProfilePost.objects.values_list("number", flat=True)) == [1]
    assert not Capture.objects.exists()
    posts.keep(held, [_fields_of(fields, 2)], [])
    assert ProfilePost.objects.count() == 2


def test_control_without_the_fence_it_would(
    either: str, profile: Profile, time: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = _claim(profile)
    fields = _fields(profile, 1)
    _lose(lost, time)
    _claim(profile, "two")

    def anybody(lease: Lease, *_: Stage) -> QuerySet[Profile]:
        return Profile.objects.filter(pk=lease.profile)

    monkeypatch.setattr(states, "_held", anybody)
    posts.keep(lost, [fields], [])
    assert ProfilePost.objects.count() == 1


def _fields_of(fields: dict[str, Any], number: int) -> dict[str, Any]:
    return {**fields, "number": number, "mark": f"{fields['mark']}-{number}"}


def test_a_post_is_handed_over_once(either: str, profile: Profile) -> None:
    lease = _claim(profile)
    fields = _fields(profile, 1)
    for _ in range(3):  # a reading that is begun anew finds it again
        posts.keep(lease, [fields], [fields["mark"]])
    posts.end_reading(lease, [fields], [fields["mark"]])
    capture = Capture.objects.get()
    assert (capture.url, capture.queue) == (fields["sighting"]["url"], Queue.BULK)
    assert Taken.objects.get().what == What.POST
    profile.refresh_from_db()
    assert (profile.state, profile.lease_until) == (Stage.CAPTURING, None)


def test_what_no_database_can_keep_is_replaced(either: str, profile: Profile) -> None:
    lease = _claim(profile)
    fields = _fields(profile, 1)
    fields["sighting"] = {**fields["sighting"], "text": "a\0b\ud800c"}
    posts.keep(lease, [fields], [])
    assert ProfilePost.objects.get().sighting["text"] == "a\ufffdb?c"


def test_reading_a_timeline_is_a_visit_to_its_web_site(
    either: str, profile: Profile, submit: Submit, settings: Settings
) -> None:
    settings.HOST_CONCURRENCY = 1
    same, other = submit(profile.host, "b.example")
    assert claim_next("reader") is not None
    lease = claim_capture([Queue.CAPTURE], "one")
    assert lease is not None
    assert lease.capture == other.pk
    assert claim_capture([Queue.CAPTURE], "two") is None
    Profile.objects.update(lease_until=None, state=Stage.CAPTURING)
    lease = claim_capture([Queue.CAPTURE], "two")
    assert lease is not None
    assert lease.capture == same.pk


def test_a_timeline_waits_for_its_web_site(
    either: str, profile: Profile, submit: Submit, settings: Settings
) -> None:
    settings.HOST_CONCURRENCY = 1
    submit(profile.host)
    assert claim_capture([Queue.CAPTURE], "one") is not None
    assert claim_next("reader") is None
    Capture.objects.update(state=CaptureState.FAILED)
    Host.objects.update(next_at=Host.objects.get().since)
    assert claim_next("reader") is not None


def test_it_is_repeated_when_it_is_due_and_not_before(
    either: str, profile: Profile, time: SetClock
) -> None:
    states.set_interval(profile.pk, 3_600, SYSTEM)
    lease = _claim(profile)
    Profile.objects.update(state=Stage.LISTING)
    states.finish(lease, profile.pk)
    time.advance(3_599)
    assert sweeping.sweep()["repeated"] == 0
    time.advance(1)
    assert sweeping.sweep()["repeated"] == 1
    assert sweeping.sweep()["repeated"] == 0
    post(profile, 1, state="captured", is_done=True)
    post(profile, 2, state="failed", is_done=True)
    _claim(profile)
    profile.refresh_from_db()
    assert (profile.run, profile.state) == (2, Stage.READING)
    kept = ProfilePost.objects.order_by("number").values_list("is_done", "was_seen")
    assert list(kept) == [(True, False), (False, False)]


def test_a_clock_that_is_set_back_does_not_put_it_off(
    either: str, profile: Profile, time: SetClock
) -> None:
    states.set_interval(profile.pk, 3_600, SYSTEM)
    lease = _claim(profile)
    Profile.objects.update(state=Stage.LISTING)
    states.finish(lease, profile.pk)
    time.advance(-86_400)
    assert sweeping.sweep()["repeated"] == 1


def test_called_off_nothing_more_is_done(either: str, profile: Profile) -> None:
    lease = _claim(profile)
    assert states.cancel(profile.pk, SYSTEM)
    assert not states.cancel(profile.pk, SYSTEM)
    with pytest.raises(LeaseLost):
        states.renew(lease)
    assert claim_next("two") is None
    assert not states.set_interval(profile.pk, 3_600, SYSTEM)
    assert not states.again(profile.pk, SYSTEM)
    assert not states.resume(profile.pk, SYSTEM)


def test_a_profile_that_ends_its_workers_is_paused(
    either: str, profile: Profile, time: SetClock
) -> None:
    for _ in range(states.MOST_LOSSES):
        _lose(_claim(profile), time)
    profile.refresh_from_db()
    assert (profile.state, profile.reason) == (Stage.PAUSED, "worker lost")
    assert states.resume(profile.pk, SYSTEM)
    profile.refresh_from_db()
    assert (profile.state, profile.troubles, profile.run) == (Stage.WAITING, 0, 1)


def _taken(profile: Profile, submit: Submit, number: int, outcome: str) -> Taken:
    (capture,) = submit(profile.host, case=profile.case)
    Capture.objects.filter(pk=capture.pk).update(
        state=CaptureState.SEALED, outcome=outcome, finished=clock.now()
    )
    return Taken.objects.create(
        profile=profile,
        post=post(profile, number),
        capture=capture,
        what=What.POST,
        run=profile.run,
    )


def test_what_is_gone_is_told_once(either: str, profile: Profile, submit: Submit) -> None:
    lease = _claim(profile)
    profile.refresh_from_db()
    taken = _taken(profile, submit, 1, "http_error")
    gone = {"state": "failed", "reason": "gone", "change": "gone", "difference": None}
    for _ in range(2):  # killed before it could go on, it is done anew
        settling.settle(lease, taken, {"bag": "b"}, gone)
    row = ProfilePost.objects.get()
    assert (row.change, row.changed is not None, row.is_done) == ("gone", True, True)
    kinds = [each["kind"] for each in history(profile.pk)]
    assert kinds.count("post gone") == 1
    assert faults(history(profile.pk)) == []


def test_three_login_walls_in_a_row_pause_it(either: str, profile: Profile, submit: Submit) -> None:
    lease = _claim(profile)
    profile.refresh_from_db()
    shown = {"state": "captured", "reason": None, "change": None, "difference": None}
    walled = {"state": "failed", "reason": "login wall", "change": None, "difference": None}
    for number, outcome in enumerate(("captured", "login_wall", "login_wall", "login_wall"), 1):
        assert not settling.is_walled(profile, 3)
        taken = _taken(profile, submit, number, outcome)
        settling.settle(lease, taken, {"bag": "b"}, walled if number > 1 else shown)
    assert settling.is_walled(profile, 3)
    waiting = _taken(profile, submit, 5, "")
    Capture.objects.filter(pk=waiting.capture_id).update(state=CaptureState.QUEUED)
    settling.pause_and_call_off(lease, "login wall", "The site asks to log in.")
    profile.refresh_from_db()
    waiting.refresh_from_db()
    assert (profile.state, profile.reason) == (Stage.PAUSED, "login wall")
    assert (waiting.is_open, waiting.capture.state) == (False, CaptureState.CANCELLED)
    assert states.resume(profile.pk, SYSTEM)
    profile.refresh_from_db()
    assert not settling.is_walled(profile, 3)
