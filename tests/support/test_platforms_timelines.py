"""What a timeline of a simulated platform can do to its reader, as a test orders it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

import httpx
import pytest

from tests.support.platforms import (
    Account,
    Ending,
    OldHandle,
    Platforms,
)
from tests.support.reading_platforms import (
    chosen,
    content_url,
    every_platform,
    everything,
    parts,
    truth,
)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


@every_platform
def test_duplicates_and_suggestions_add_nothing_of_the_accounts_own(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account(
        "grimwald", posts=50, pinned=0, duplicates_every=5, suggestions_every=4
    )
    found = everything(http, account)
    assert len(found) - len(set(found)) == 10
    suggested = set(found) - truth(account)
    assert len(suggested) >= 10
    assert set(found) >= truth(account)


@every_platform
def test_a_look_alike_is_another_account(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("marta_lind", look_alike=True)
    found = set(everything(http, account)) - truth(account)
    assert found
    (twin,) = [other for other in platform.accounts if other.name == account.name != ""][1:]
    assert twin.handle != account.handle
    assert twin.handle == "m\u0430rta_lind"
    assert found == {post.url for post in twin.truth()}


@every_platform
@pytest.mark.parametrize("handle", ["نورا", "sun🌞rise", "petra.k"])
def test_handles_of_every_script(
    platforms: Platforms, http: httpx.Client, name: str, handle: str
) -> None:
    account = chosen(platforms, name).open_account(handle, posts=25)
    assert unquote(account.url).endswith(handle)
    assert account.url.isascii()
    assert set(everything(http, account)) == truth(account)
    assert http.get(content_url(account, account.truth()[0])).status_code == 200


@every_platform
def test_a_looping_timeline_begins_again(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.LOOPS)
    rounds = list(islice(parts(http, account), 7))
    first = rounds[0]
    assert rounds.count(first) > 1
    assert {link for part in rounds for link in part} == truth(account)
    targets = [entry.target for entry in account.platform.log]
    assert len(set(targets)) < len(targets), "the same cursor again"


@every_platform
def test_an_endless_timeline_repeats_itself_under_new_cursors(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.REPEATS)
    seen = [link for part in islice(parts(http, account), 12) for link in part]
    assert len(seen) > 200
    assert set(seen) == truth(account)
    targets = [entry.target for entry in account.platform.log]
    assert len(set(targets)) == len(targets)


@every_platform
def test_an_endless_timeline_goes_over_to_others(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=50, ending=Ending.SUGGESTS)
    seen = [link for part in islice(parts(http, account), 9) for link in part]
    assert set(seen) > truth(account)
    assert truth(account).isdisjoint(seen[60:])
    assert len(set(seen[60:])) == len(seen[60:]), "always something new"


@every_platform
def test_a_reordering_timeline(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=60, pinned=0, reorders=True)
    first, second = next(parts(http, account)), next(parts(http, account))
    assert first != second
    found = {link for _ in range(12) for link in everything(http, account)}
    assert found == truth(account)


def test_reordered_numbered_pages_hide_posts_from_who_pages_once(
    platforms: Platforms, http: httpx.Client
) -> None:
    account = platforms.pages.open_account("grimwald", posts=200, reorders=True)
    assert set(everything(http, account)) < truth(account)


@every_platform
def test_a_post_deleted_meanwhile(platforms: Platforms, http: httpx.Client, name: str) -> None:
    def delete(account: Account) -> None:
        account.delete(account.posts[-1])

    account = chosen(platforms, name).open_account("grimwald", posts=50, acts={2: delete})
    found = everything(http, account)
    last = account.truth()[-1]
    assert last.deleted_at is not None
    assert last.deleted_at > last.time
    assert set(found) == truth(account) - {last.url}
    assert http.get(content_url(account, last)).status_code == 410


def test_a_deletion_moves_numbered_pages_up_and_no_cursor(
    platforms: Platforms, http: httpx.Client
) -> None:
    def delete(account: Account) -> None:
        account.delete(account.posts[0])

    missed = {}
    for platform in platforms.all:
        account = platform.open_account("grimwald", posts=50, pinned=0, acts={2: delete})
        missed[platform.name] = len(truth(account) - set(everything(http, account)))
    assert missed == {"scroll": 0, "pages": 1, "more": 0, "cursor": 0}


@every_platform
def test_an_edit_and_a_new_post(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald")
    url, before = account.truth()[3].url, account.posts[3].text
    account.edit(account.posts[3], "I never said that.")
    edited = account.truth()[3]
    assert edited.texts == (before, "I never said that.")
    assert edited.edited_at is not None
    assert edited.url == url
    answer = http.get(content_url(account, edited)).text
    assert "I never said that." in answer
    assert before not in answer
    account.say("Something new.")
    assert account.truth()[0].url in next(parts(http, account))


@every_platform
@pytest.mark.parametrize("old", list(OldHandle))
def test_a_rename_keeps_the_id(
    platforms: Platforms, http: httpx.Client, name: str, old: OldHandle
) -> None:
    account = chosen(platforms, name).open_account("grimwald", posts=10)
    page, post = content_url(account), content_url(account, account.truth()[4])
    identity, ids = account.id, [post.id for post in account.truth()]
    account.rename("grimmer", old)
    assert account.id == identity
    assert [post.id for post in account.truth()] == ids
    assert len(account.truth()[4].urls) == (1 if name == "cursor" else 2)
    assert account.truth()[4].urls[-1] == account.truth()[4].url
    assert http.get(content_url(account)).status_code == 200
    by_old = http.get(page, follow_redirects=True)
    assert (identity in by_old.text) == (old is OldHandle.REDIRECTS)
    assert by_old.status_code == (200 if old in {OldHandle.REDIRECTS, OldHandle.TAKEN} else 404)
    assert ("has changed its name" in by_old.text) == (old is OldHandle.SAYS_SO)
    still = http.get(post, follow_redirects=True)
    stays = old is OldHandle.REDIRECTS or name == "cursor"
    assert (still.status_code == 200) == stays


@every_platform
def test_a_rename_while_somebody_reads(platforms: Platforms, http: httpx.Client, name: str) -> None:
    """The handle is that of a folder of the address, which must not be taken for it."""
    handle = {"pages": "u", "cursor": "profile"}.get(name, "grimwald")
    account = chosen(platforms, name).open_account(
        handle, posts=70, acts={3: lambda one: one.rename("grimmer")}
    )
    http.follow_redirects = True
    found = everything(http, account)
    urls = {url: post.id for post in account.truth() for url in post.urls}
    assert {urls[link] for link in found} == {post.id for post in account.truth()}
    assert account.former_handles == [handle]


def test_whoever_takes_a_handle_has_posts_of_the_same_number(
    platforms: Platforms, http: httpx.Client
) -> None:
    account = platforms.more.open_account("grimwald", posts=10)
    third = account.truth()[-3]
    account.rename("grimmer", OldHandle.TAKEN)
    other = http.get(third.url)
    assert other.status_code == 200
    assert third.text not in other.text
    assert account.id not in other.text


@every_platform
def test_everything_at_once(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account(
        "نورا🌞a",
        posts=120,
        pinned=3,
        reposts=9,
        duplicates_every=6,
        look_alike=True,
        reorders=True,
        needs_session=True,
        marks_seen=True,
        ending=Ending.REPEATS,
        acts={
            2: lambda one: one.delete(one.posts[90]),
            3: lambda one: one.edit(one.posts[80], "Never."),
            4: lambda one: one.say("New."),
        },
    )
    http.cookies = httpx.Cookies({"sim_session": platform.sessions.log_in().cookie})
    found = {link for part in islice(parts(http, account), 60) for link in part}
    there = {post.url for post in account.truth() if not post.deleted_at}
    (late,) = [post for post in account.truth() if post.text == "New."]
    own = {link for link in found if "m\u0430" not in link} & truth(account)
    assert there - own <= {late.url}
    assert len(account.truth()) == 120 + 9 + 1
    assert sum(post.is_pinned for post in account.truth()) == 3
    assert found - truth(account) <= {
        post.url for other in platform.accounts for post in other.truth()
    }
