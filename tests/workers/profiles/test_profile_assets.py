"""A whole job in a real browser: what its pages share is fetched once, and is in every bag."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import SigningKey
from tests.support.capturing import LOOPBACK, records_of
from tests.support.platforms import Platform, Platforms
from tests.support.platforms.assets import SHARED
from tests.verify import bagmaker
from workers.pipeline import Settings, preserve
from workers.profiles.discovering import account_at
from workers.profiles.options import ProfileOptions
from workers.profiles.run import Came, run_profile

POSTS = 3


async def _job(chromium: Chromium, url: str, settings: Settings) -> Came:
    account = account_at(url, time.time_ns() // 1_000)
    assert account is not None
    options = ProfileOptions(delay=0)
    return await run_profile(chromium, parse_target(url), account, settings.into, settings, options)


def _answers(bag: Path, platform: Platform) -> set[tuple[str, str | None]]:
    """URL and digest; pages say how long ago things were posted, so that theirs move by
    themselves."""
    fixed = tuple(platform.url(path) for path in ("/assets/", "/avatars/", "/media/"))
    found = (each for each in records_of(bag) if each.kind == "response")
    return {
        (each.url, each.field("WARC-Payload-Digest") if each.url.startswith(fixed) else None)
        for each in found
    }


@pytest.mark.parametrize("name", ["scroll", "pages", "more", "cursor"])
def test_each_asset_once_and_every_bag_complete(
    platforms: Platforms, name: str, tmp_path: Path
) -> None:
    platform = getattr(platforms, name)
    account = platform.open_account("grimwald", posts=POSTS)
    options = CaptureOptions(allow_networks=LOOPBACK, quiet_ms=200)
    job = Settings(tmp_path / "job", SigningKey(bagmaker.KEY), options)
    alone = Settings(tmp_path / "alone", SigningKey(bagmaker.KEY), options)
    for settings in (job, alone):
        settings.into.mkdir()

    async def run() -> None:
        async with Chromium() as chromium:
            came = await _job(chromium, account.url, job)
            assert {path: platform.fetched(path) for path in SHARED} == dict.fromkeys(SHARED, 1)
            posts = list(came.state.posts.values())
            assert len(posts) == POSTS
            for post in posts:
                bag = job.into / post.captures[-1]["bag"]
                done = await preserve(chromium, parse_target(post.sighting["url"]), alone)
                answers = _answers(bag, platform)
                assert answers == _answers(done.bag, platform)
                assert {platform.url(path) for path in SHARED} <= {url for url, _ in answers}

    asyncio.run(run())
