"""Ten thousand posts."""

from __future__ import annotations

from dataclasses import replace

from capture.timeline.end import End
from tests.capture.timeline.walking import OPTIONS, Walking
from tests.support.platforms import Platforms

POSTS = 10_000


def test_ten_thousand_posts(platforms: Platforms, walking: Walking) -> None:
    account = platforms.cursor.open_account(
        "tireless", posts=POSTS, page_size=500, pictures_every=0, answers_every=0
    )
    tall = replace(OPTIONS, viewport_height_px=4_000)
    walk = walking.read(account, options=tall, time_s=280)
    assert walk.end is End.END_OF_TIMELINE, walk.walked
    assert {post.url for post in account.truth()} == set(walk.urls)
    assert len(walk.urls) == POSTS
