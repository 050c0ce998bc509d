"""Timelines that loop, reorder, never end, change while they are read, or hide behind walls."""

from __future__ import annotations

import pytest

from capture.timeline.end import End
from capture.timeline.sighting import Own
from tests.capture.timeline.walking import Walk, Walking
from tests.support.platforms import Account, Ending, Platforms, State

NAMES = ("scroll", "pages", "more", "cursor")
each_platform = pytest.mark.parametrize("name", NAMES)


def _own(walk: Walk) -> set[str]:
    return {each.url for each in walk.found if each.own is Own.YES}


def _all_are_there(account: Account, walk: Walk) -> None:
    """Each post of the account once, as its own, and no other as its own."""
    truth = {post.url for post in account.truth() if post.repost_of is None}
    assert sorted(truth - set(walk.urls)) == []
    assert sorted(_own(walk) - truth) == []
    assert len(walk.urls) == len(set(walk.urls))


@each_platform
@pytest.mark.parametrize("ending", [Ending.LOOPS, Ending.REPEATS, Ending.SUGGESTS])
def test_a_timeline_without_end_is_left(
    platforms: Platforms, walking: Walking, name: str, ending: Ending
) -> None:
    account = getattr(platforms, name).open_account(
        f"endless{ending.name.lower()}{name}", posts=25, ending=ending
    )
    walk = walking.read(account)
    _all_are_there(account, walk)
    assert walk.end in {End.LOOP, End.END_OF_TIMELINE}, walk.walked


@each_platform
def test_an_order_that_changes_hides_nothing(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(f"mixed{name}", posts=50, reorders=True)
    walk = walking.read(account)
    _all_are_there(account, walk)


@each_platform
def test_posts_that_go_while_it_is_read_take_no_others_along(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    def delete(*places: int) -> object:
        return lambda one: [one.delete(one.posts[place]) for place in places]

    account = getattr(platforms, name).open_account(
        f"going{name}", posts=64, pinned=0, acts={2: delete(1, 3), 3: delete(5, 25)}
    )
    walk = walking.read(account)
    truth = {post.url for post in account.truth() if post.deleted_at is None}
    assert sorted(truth - set(walk.urls)) == []
    assert set(walk.urls) <= {post.url for post in account.truth()}


@each_platform
def test_a_look_alike_is_never_the_account(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(f"oscar{name}", posts=35, look_alike=True)
    walk = walking.read(account)
    _all_are_there(account, walk)
    assert walk.end is End.END_OF_TIMELINE, walk.walked


@each_platform
@pytest.mark.parametrize("handle", ["نمر", "🦊fox", "Ärger_ẞ"])
def test_handles_of_all_scripts(
    platforms: Platforms, walking: Walking, name: str, handle: str
) -> None:
    account = getattr(platforms, name).open_account(f"{handle}", posts=25, reposts=2)
    walk = walking.read(account)
    _all_are_there(account, walk)
    reposts = {each.url for each in walk.found if each.is_repost}
    assert reposts == {post.url for post in account.truth() if post.repost_of}


@each_platform
def test_a_login_wall_after_some_posts(platforms: Platforms, walking: Walking, name: str) -> None:
    account = getattr(platforms, name).open_account(
        f"walled{name}", posts=60, page_size=10, login_wall_after=20
    )
    walk = walking.read(account)
    assert walk.end is End.LOGIN_WALL, walk.walked
    assert 15 <= len(_own(walk)) <= 20


def test_posts_before_a_login_wall_on_a_short_page_are_read(
    platforms: Platforms, walking: Walking
) -> None:
    account = platforms.scroll.open_account(
        "shortly", posts=9, pinned=0, page_size=3, login_wall_after=3
    )
    walk = walking.read(account)
    assert walk.end is End.LOGIN_WALL, walk.walked
    assert _own(walk) == {post.url for post in account.truth()[:3]}


def test_a_short_timeline_that_speaks_of_suspension_is_read(
    platforms: Platforms, walking: Walking
) -> None:
    account = platforms.scroll.open_account("talker", posts=3)
    account.say("Your account was suspended! This page does not exist, says the page.")
    _all_are_there(account, walking.read(account))


@each_platform
@pytest.mark.parametrize(
    ("options", "end"),
    [
        ({"login_wall_after": 0}, End.LOGIN_WALL),
        ({"needs_session": True}, End.LOGIN_WALL),
        ({"bot_wall": 403}, End.BOT_WALL),
        ({"bot_wall": 200}, End.BOT_WALL),
        ({"state": State.SUSPENDED}, End.GONE),
        ({"state": State.DELETED}, End.GONE),
    ],
)
def test_what_is_no_timeline_is_said(
    platforms: Platforms, walking: Walking, name: str, options: dict[str, object], end: End
) -> None:
    word = f"{next(iter(options))}{next(iter(options.values()))}".replace("_", "").replace(".", "")
    handle = f"{word}{name}".lower().removeprefix("state")[-28:]
    account = getattr(platforms, name).open_account(handle, posts=30, **options)
    walk = walking.read(account)
    if name == "scroll" and options == {"bot_wall": 200}:
        end = End.GONE  # its own script takes the challenge for an account, and goes to nobody's
    assert walk.end is end, walk.walked
    assert _own(walk) == set()


@each_platform
def test_a_bot_wall_on_the_way(platforms: Platforms, walking: Walking, name: str) -> None:
    account = getattr(platforms, name).open_account(
        f"robots{name}", posts=60, page_size=10, bot_wall=403, bot_wall_after=4
    )
    walk = walking.read(account)
    assert walk.end is End.BOT_WALL, walk.walked
    assert _own(walk)


@each_platform
def test_a_site_that_wants_a_rest_gets_it(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(
        f"slowly{name}", posts=40, page_size=10, requests_a_second=2, retry_after=1
    )
    walk = walking.read(account)
    _all_are_there(account, walk)
    assert walk.end is End.END_OF_TIMELINE, walk.walked
