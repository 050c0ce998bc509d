"""What stands around a post on its page: all of it, and nothing that does not."""

from __future__ import annotations

import pytest

from capture.timeline.end import End
from capture.timeline.sighting import Own
from tests.capture.timeline.walking import Walking
from tests.support.platforms import Platforms

NAMES = ("scroll", "pages", "more", "cursor")


@pytest.mark.parametrize("name", NAMES)
def test_a_thread_is_what_its_page_shows(platforms: Platforms, walking: Walking, name: str) -> None:
    account = getattr(platforms, name).open_account(f"talks{name}", posts=20, answers_every=3)
    posts = [post.url for post in account.truth()]
    whole = sorted(
        ((account.thread(post), post) for post in account.posts), key=lambda x: len(x[0])
    )
    for expected, post in (whole[0], *whole[-3:]):
        url = next(each.url for each in account.truth() if each.id == post.id)
        truth = {each.url: each for each in expected if each.id != post.id}
        walk = walking.thread(account, url, posts)
        assert walk.end is End.END_OF_TIMELINE, walk.walked
        assert sorted(walk.urls) == sorted(truth)
        for sighting in walk.found:
            is_own = truth[sighting.url].author_id == account.id
            assert sighting.own is (Own.YES if is_own else Own.NO), sighting
            assert " ".join(truth[sighting.url].text.split()) in sighting.text
    assert len(whole[-1][0]) > 2


@pytest.mark.parametrize("name", NAMES)
def test_the_thread_of_a_deleted_post_is_gone(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(f"hides{name}", posts=5)
    posts = [post.url for post in account.truth()]
    account.delete(account.posts[1])
    walk = walking.thread(account, posts[1], posts)
    assert (walk.end, walk.found) == (End.GONE, [])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_leads_to_the_account_is_no_thread(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    """As sites do with what was deleted: everything there would seem to stand around the post."""
    account = getattr(platforms, name).open_account(f"leads{name}", posts=5)
    posts = [post.url for post in account.truth()]
    walk = walking.thread(account, account.url, posts)
    assert (walk.end, walk.found) == (End.FAILED, [])
    assert "which is no post" in walk.walked.explanation
