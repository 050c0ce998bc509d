"""An account that changes its name while its timeline is read stays one account, by its ID."""

from __future__ import annotations

import pytest

from capture.timeline.end import End
from capture.timeline.sighting import Own
from tests.capture.timeline.walking import Walk, Walking
from tests.support.platforms import Account, OldHandle, Platforms

BY_ID = ("scroll", "cursor")
BY_NAME = ("pages", "more")
each_kind = pytest.mark.parametrize("kind", list(OldHandle), ids=lambda kind: kind.name.lower())


def _open(platforms: Platforms, name: str, kind: OldHandle) -> Account:
    handle = f"{kind.name.lower().replace('_', '')}{name}"

    def rename(account: Account) -> None:
        account.rename(f"new{handle}", kind)

    platform = getattr(platforms, name)
    account: Account = platform.open_account(
        handle, posts=50, reposts=3, pinned=2, page_size=10, acts={4: rename}
    )
    return account


def _ids(account: Account, urls: list[str]) -> list[str]:
    """The posts of these URLs, whatever name stands in them."""
    whole = (url.rstrip("/").rpartition("/")[2] for url in urls)
    return [each.partition("-")[0] if account.platform.name == "pages" else each for each in whole]


def _is_one_account(account: Account, walk: Walk) -> None:
    own, reposted = account.posts, {each.original.id for each in account.reposts}
    if account.platform.name == "more":
        reposted = set()  # its IDs are counted anew for each account
    found = _ids(account, [each.url for each in walk.found if each.own is Own.YES])
    assert set(found) <= {each.id for each in own}
    assert len(found) == len(set(found)), "a post was taken for two"
    assert walk.reader.key is not None
    assert walk.reader.key.endswith(f":account:{account.id}")
    keys = {each.author.key for each in walk.found if each.own is Own.YES}
    assert keys == {walk.reader.key}
    others = _ids(account, [each.url for each in walk.found if each.own is not Own.YES])
    assert reposted <= set(others) or walk.end is not End.END_OF_TIMELINE


@each_kind
@pytest.mark.parametrize("name", BY_ID)
def test_where_the_timeline_goes_by_id_nothing_is_lost(
    platforms: Platforms, walking: Walking, name: str, kind: OldHandle
) -> None:
    account = _open(platforms, name, kind)
    walk = walking.read(account)
    _is_one_account(account, walk)
    assert {each.id for each in account.posts} <= set(_ids(account, walk.urls))
    assert walk.end is End.END_OF_TIMELINE, walk.walked
    assert walk.reader.seen_as == [account.handle]


@pytest.mark.parametrize("name", BY_NAME)
def test_where_it_goes_by_name_a_redirect_is_followed(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = _open(platforms, name, OldHandle.REDIRECTS)
    walk = walking.read(account)
    _is_one_account(account, walk)
    own = [each.url for each in walk.found if each.own is Own.YES]
    assert {each.id for each in account.posts} == set(_ids(account, own))
    assert walk.end is End.END_OF_TIMELINE, walk.walked
    assert walk.reader.seen_as == [account.handle]


@pytest.mark.parametrize("kind", [OldHandle.NOT_FOUND, OldHandle.SAYS_SO, OldHandle.TAKEN])
@pytest.mark.parametrize("name", BY_NAME)
def test_where_the_name_leads_nowhere_or_astray_it_is_said(
    platforms: Platforms, walking: Walking, name: str, kind: OldHandle
) -> None:
    handle = f"silently{kind.name.lower().replace('_', '')}{name}"
    account = getattr(platforms, name).open_account(handle, posts=50, page_size=10)
    walk = walking.read(account, at_first=lambda: account.rename(f"new{handle}", kind))
    _is_one_account(account, walk)
    assert len(walk.found) >= 10
    assert walk.end is End.GONE, walk.walked


@pytest.mark.parametrize("kind", [OldHandle.NOT_FOUND, OldHandle.SAYS_SO, OldHandle.TAKEN])
def test_a_page_that_names_the_new_name_leads_on(
    platforms: Platforms, walking: Walking, kind: OldHandle
) -> None:
    account = _open(platforms, "pages", kind)
    walk = walking.read(account)
    _is_one_account(account, walk)
    own = [each.url for each in walk.found if each.own is Own.YES]
    assert {each.id for each in account.posts} == set(_ids(account, own))
    assert walk.end is End.END_OF_TIMELINE, walk.walked
    assert walk.reader.seen_as == [account.handle]


@pytest.mark.parametrize("name", [*BY_ID, *BY_NAME])
def test_who_took_the_name_is_not_taken_for_the_account(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(f"gave{name}", posts=12)
    before = walking.read(account)
    old = account.url
    account.rename(f"moved{name}", OldHandle.TAKEN)
    after = walking.read(account, url=old, key=before.reader.key)
    assert after.end is End.GONE or all(each.own is Own.NO for each in after.found), after.walked
    assert not any(each.own is Own.YES for each in after.found)
