"""A timeline is read to its end: every post that is there, and none that is not."""

from __future__ import annotations

import pytest

from capture.timeline.end import End
from capture.timeline.sighting import Own
from tests.capture.timeline.walking import Walking
from tests.support.platforms import Platforms

POSTS = 70
NAMES = ("scroll", "pages", "more", "cursor")


@pytest.mark.parametrize("name", NAMES)
def test_every_post_is_found_and_none_made_up(
    platforms: Platforms, walking: Walking, name: str
) -> None:
    account = getattr(platforms, name).open_account(
        f"whole{name}", posts=POSTS, pinned=2, reposts=5, duplicates_every=7
    )
    walk = walking.read(account)
    truth = {post.url: post for post in account.truth()}
    assert [url for url in walk.urls if url not in truth] == []
    assert sorted(truth.keys() - set(walk.urls)) == []
    assert len(walk.found) == len(truth)
    assert walk.end is End.END_OF_TIMELINE, walk.walked
    assert walk.reader.key is not None
    assert walk.reader.key.endswith(f":account:{account.id}")
    assert walk.reader.seen_as == []
    seen = {each.url: each for each in walk.found}
    for url, post in truth.items():
        sighting = seen[url]
        assert sighting.is_repost == (post.repost_of is not None), sighting
        assert sighting.is_pinned == post.is_pinned, sighting
        assert sighting.own is (Own.NO if post.repost_of else Own.YES), sighting
        assert sighting.author.key is not None
        assert sighting.author.key.endswith(f":account:{post.author_id}")
        assert " ".join(post.text.split()) in sighting.text
        assert sighting.datetime is not None
