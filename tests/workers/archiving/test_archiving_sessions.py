"""Behind a login, in the service: by the session of whoever submitted it, which stays out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from service.accounts.models import User
from service.captures.models import Capture, Queue
from service.captures.models import State as CaptureState
from service.captures.reading import read_lines
from service.captures.submitting import Request, submit
from service.custody.recording import Actor
from service.evidence.keeping import evidence_store
from service.profiles import states
from service.profiles.models import Profile, Stage
from service.sessions import openings, supplying
from service.sessions.models import Opening, SuppliedSession
from tests.support.platforms import Account, Platforms
from tests.support.platforms.sessions import Session
from tests.support.secrets import found_in
from tests.workers.archiving.conftest import NewCase, Wanted, work
from tests.workers.archiving.test_archiving import inventory_in
from workers.archiving.working import work_once
from workers.capturing import capture_one


@pytest.fixture
def account(platforms: Platforms) -> Account:
    return platforms.pages.open_account(
        "grimwald", posts=4, pinned=0, needs_session=True, leaks_secrets=True, marks_seen=True
    )


@pytest.fixture
def given(account: Account) -> Session:
    return account.platform.sessions.log_in()


@pytest.fixture
def kept(given: Session, owner: User) -> SuppliedSession:
    return supplying.supply(owner, "mine", given.storage_state_json().encode())


def _capture(owner: User, new_case: NewCase, url: str, session: SuppliedSession) -> Capture:
    actor = Actor("user", str(owner.pk))
    (verdict,) = submit(Request(owner, actor, new_case(), read_lines([url]), session=session))
    return Capture.objects.get(pk=verdict.capture)


def _done(capture: Capture) -> Capture:
    assert capture_one([Queue.CAPTURE])
    capture.refresh_from_db()
    return capture


def test_a_page_is_seen_as_its_owner_sees_it_and_no_secret_is_kept_in_the_open(
    archive: Path,
    owner: User,
    new_case: NewCase,
    account: Account,
    given: Session,
    kept: SuppliedSession,
    tmp_path: Path,
) -> None:
    post = account.truth()[0]
    capture = _done(_capture(owner, new_case, post.url, kept))
    assert (capture.state, capture.outcome) == (CaptureState.SEALED, "captured")
    stored = b"".join(evidence_store().read(capture.object_key))
    with zipfile.ZipFile(io.BytesIO(stored)) as evidence:
        evidence.extractall(tmp_path / "bag")
    text = (tmp_path / "bag" / capture.bag / "data" / "text.txt").read_text("utf-8")
    assert " ".join(post.text.split()) in " ".join(text.split())
    assert found_in(tmp_path / "bag", given.secrets) == []
    assert account.platform.acted == []
    assert {"data/wire.pcapng", "data/page.pdf"}.isdisjoint(capture.parts)
    key, values = openings.opening_of(capture.bag) or (b"", [])
    assert len(key) == 32
    assert given.cookie.encode() in values
    everywhere = [path.read_bytes() for path in archive.rglob("*") if path.is_file()]
    assert not [each for each in given.secrets if any(each.encode() in x for x in everywhere)]
    assert "integrity" in str(capture.report)


def test_what_has_ended_is_said_and_used_no_more(
    archive: Path,
    owner: User,
    new_case: NewCase,
    account: Account,
    given: Session,
    kept: SuppliedSession,
) -> None:
    first, second = (_capture(owner, new_case, each.url, kept) for each in account.truth()[:2])
    given.end()
    assert _done(first).outcome == "login_wall"
    kept.refresh_from_db()
    assert kept.ended is not None
    assert kept.why
    assert (_done(second).state, second.reason) == (CaptureState.FAILED, "session ended")
    assert "Its owner can replace it." in second.explanation
    assert kept.name not in second.explanation


def test_one_that_cannot_be_opened_is_said(
    archive: Path,
    owner: User,
    new_case: NewCase,
    account: Account,
    kept: SuppliedSession,
    settings: Settings,
) -> None:
    capture = _capture(owner, new_case, account.truth()[0].url, kept)
    settings.SECRET_KEY = "another key, which is long enough for this"
    assert (_done(capture).state, capture.reason) == (CaptureState.FAILED, "session unusable")
    assert "SECRET_KEY was replaced" in capture.explanation


def test_what_was_removed_is_not_done_without(
    archive: Path, owner: User, new_case: NewCase, account: Account, kept: SuppliedSession
) -> None:
    capture = _capture(owner, new_case, account.truth()[0].url, kept)
    kept.delete()
    assert (_done(capture).state, capture.reason) == (CaptureState.FAILED, "session ended")
    assert "was removed" in capture.explanation


def test_an_account_that_is_switched_off_lends_nothing(
    archive: Path, owner: User, new_case: NewCase, account: Account, kept: SuppliedSession
) -> None:
    capture = _capture(owner, new_case, account.truth()[0].url, kept)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert (_done(capture).state, capture.reason) == (CaptureState.FAILED, "session ended")


def test_a_session_of_another_site_captures_nothing(
    archive: Path, owner: User, new_case: NewCase, account: Account, kept: SuppliedSession
) -> None:
    elsewhere = account.truth()[0].url.replace("127.0.0.", "127.0.1.")
    capture = _done(_capture(owner, new_case, elsewhere, kept))
    assert (capture.state, capture.reason) == (CaptureState.FAILED, "session unusable")


def test_a_profile_is_archived_and_waits_for_a_new_session_when_one_ends(
    archive: Path,
    owner: User,
    wanted: Wanted,
    account: Account,
    given: Session,
    kept: SuppliedSession,
) -> None:
    profile = wanted(account.url, session=kept)
    assert work_once()  # the timeline is read
    assert capture_one([Queue.BULK])
    assert capture_one([Queue.BULK])
    given.end()
    profile = work(profile)
    assert (profile.state, profile.reason) == (Stage.PAUSED, "session ended")
    states.resume(profile.pk, Actor("user", str(owner.pk)))
    assert work(profile).state == Stage.PAUSED  # it was not replaced yet
    second = account.platform.sessions.log_in()
    supplying.replace(SuppliedSession.objects.get(), second.storage_state_json().encode())
    states.resume(profile.pk, Actor("user", str(owner.pk)))
    profile = work(profile)
    assert profile.state == Stage.FINISHED, profile.explanation
    posts = inventory_in(profile)["posts"]
    assert {each["url"]: each["state"] for each in posts} == {
        each.url: "captured" for each in account.truth()
    }
    assert account.platform.acted == []
    assert Opening.objects.count() == Capture.objects.exclude(bag="").count() - 1  # but the list's


def test_a_profile_whose_session_ends_while_it_is_read_is_paused(
    archive: Path, wanted: Wanted, account: Account, given: Session, kept: SuppliedSession
) -> None:
    profile = wanted(account.url, session=kept)
    given.end()
    assert work_once()
    profile.refresh_from_db()
    assert (profile.state, profile.reason) == (Stage.PAUSED, "session ended")
    assert Profile.objects.get().session == SuppliedSession.objects.exclude(ended=None).get()


def test_a_profile_whose_owner_is_switched_off_is_paused_and_not_listed_as_done(
    archive: Path, owner: User, wanted: Wanted, account: Account, kept: SuppliedSession
) -> None:
    profile = wanted(account.url, session=kept)
    assert work_once()  # the timeline is read
    User.objects.filter(pk=owner.pk).update(is_active=False)
    profile = work(profile)
    assert (profile.state, profile.reason) == (Stage.PAUSED, "session ended")
