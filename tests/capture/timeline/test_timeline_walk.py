"""A timeline is read to its end: every post that is there, and none that is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.platforms.identity import identify
from capture.target import parse_target
from capture.timeline.account import Account as Reader
from capture.timeline.end import End, Walked
from capture.timeline.sighting import Own, Sighting
from capture.timeline.walk import Limits, walk
from tests.support.platforms import Account, Platforms

POSTS = 70
NAMES = ("scroll", "pages", "more", "cursor")
OPTIONS = CaptureOptions(allow_networks=("127.0.0.0/8",), quiet_ms=300)


@pytest.fixture(scope="module")
def platforms() -> Iterator[Platforms]:
    with Platforms() as running:
        yield running


async def _walk(account: Account, work: Path) -> tuple[Walked, list[Sighting]]:
    found: list[Sighting] = []

    def judge(sightings: Sequence[Sighting]) -> None:
        found.extend(sightings)

    home = identify(account.url, time.time_ns() // 1_000)
    assert home is not None
    async with Chromium() as chromium:
        walked = await walk(
            chromium,
            parse_target(account.url),
            Reader.at(home),
            judge,
            OPTIONS,
            work / "spool",
            Limits(pause_s=0),
        )
    return walked, found


def _read(account: Account, work: Path) -> tuple[Walked, list[Sighting]]:
    return asyncio.run(_walk(account, work))


@pytest.mark.parametrize("name", NAMES)
def test_every_post_is_found_and_none_made_up(
    platforms: Platforms, name: str, tmp_path: Path
) -> None:
    account = getattr(platforms, name).open_account(
        f"whole{name}", posts=POSTS, pinned=2, reposts=5, duplicates_every=7
    )
    walked, found = _read(account, tmp_path)
    truth = {post.url: post for post in account.truth()}
    assert [each.url for each in found if each.url not in truth] == []
    assert sorted(truth.keys() - {each.url for each in found}) == []
    assert len(found) == len(truth)
    assert walked.end is End.END_OF_TIMELINE, walked
    seen = {each.url: each for each in found}
    for url, post in truth.items():
        sighting = seen[url]
        assert sighting.is_repost == (post.repost_of is not None), sighting
        assert sighting.is_pinned == post.is_pinned, sighting
        assert sighting.own is (Own.NO if post.repost_of else Own.YES), sighting
        assert " ".join(post.text.split()) in sighting.text
        assert sighting.datetime is not None
