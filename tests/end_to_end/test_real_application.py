"""`holdfast profile` on WordPress, which none of us wrote, by the adapter for any site.

The whole timeline is read, all 300 posts of it. Preserving each of them takes longer than a test
may (docs/profiles.md has the figures of the whole), so the newest dozen stands for the rest.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from capture.timeline.end import End, Walked
from capture.timeline.reader import Reader
from capture.timeline.sighting import Own, Sighting
from capture.timeline.walk import Limits
from tests.support.servers.fixtures import shown
from tests.support.wordpress import Seeded, WordPress
from workers.profiles.discovering import account_at

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
POSTS, CAPTURED = 300, 12
OPTIONS = CaptureOptions(allow_networks=("127.0.0.0/8",), quiet_ms=200)


@pytest.fixture(scope="module")
def account() -> Iterator[Seeded]:
    """The page of the abusive account, and what WordPress says that it has posted."""
    with WordPress() as blog, shown(blog):
        yield blog.seed(POSTS)


@dataclass(frozen=True)
class Archive:
    """What `holdfast profile` made: `bags` are all, the inventory's among them."""

    key: Path
    bags: list[Path]
    inventory: dict[str, Any]

    def verify(self, bags: list[Path]) -> subprocess.CompletedProcess[str]:
        command = [HOLDFAST, "verify", "--key", self.key, "--require", "inventory", *bags]
        return subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, check=False
        )

    def bag(self, post: dict[str, Any]) -> Path:
        name = post["captures"][0]["bag"]
        return next(each for each in self.bags if each.name == name)


@pytest.fixture(scope="module")
def archive(account: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    command = [
        *(HOLDFAST, "profile", account.url, "--into", str(folder / "evidence")),
        *("--key", str(folder / "key.pem"), "--allow-network", "127.0.0.0/8"),
        *("--no-wire", "--delay", "0", "--max-posts", str(CAPTURED), "--json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    bags = sorted(folder.glob("evidence/profile-*/2*T*Z-*"))
    (listed,) = (each for each in bags if (each / "data" / "inventory.json").exists())
    inventory = json.loads((listed / "data" / "inventory.json").read_text("utf-8"))
    return Archive(folder / "key.pem", bags, inventory)


async def _read(url: str, work: Path) -> tuple[Walked, list[Sighting]]:
    reader, found = account_at(url, time.time_ns() // 1_000), list[Sighting]()
    assert reader is not None

    def judge(sightings: Sequence[Sighting]) -> None:
        found.extend(sightings)

    async with Chromium() as chromium:
        target, limits = parse_target(url), Limits(pause_s=0)
        reads = Reader(chromium, reader, OPTIONS, limits)
        return await reads.timeline(target, judge, work), found


def test_every_post_is_found_and_none_made_up(account: Seeded, tmp_path: Path) -> None:
    walked, found = asyncio.run(_read(account.url, tmp_path / "spool"))
    assert walked.end is End.END_OF_TIMELINE, walked
    seen = {each.url: each for each in found}
    assert len(account.posts) == len(set(account.posts)) == POSTS
    assert sorted(set(account.posts) - seen.keys()) == []
    for url in seen.keys() - set(account.posts):  # the blog's own feed names others
        assert url in account.others
        assert seen[url].own is Own.NO
    for url in account.posts:
        assert seen[url].own is not Own.NO
        assert seen[url].datetime is not None
        assert "I will come back" in seen[url].text
    in_order = [each.url for each in found if each.own is not Own.NO]
    assert in_order == list(account.posts)  # as the blog shows them: the newest first


def test_the_newest_are_preserved_and_listed(account: Seeded, archive: Archive) -> None:
    states = {post["url"]: post["state"] for post in archive.inventory["posts"]}
    assert states == dict.fromkeys(account.posts[:CAPTURED], "captured")
    assert archive.inventory["account"]["platform"] == "generic"
    assert archive.inventory["account"]["names"] == {"handle": "grimwald"}
    assert [each["url"] for each in archive.inventory["profile"]] == [account.url]
    assert len(archive.bags) == CAPTURED + 2  # the account's page, and the list


def test_the_list_and_its_bags_verify_and_none_can_be_left_out(archive: Archive) -> None:
    whole = archive.verify(archive.bags)
    assert whole.returncode == 0, whole.stdout
    without = archive.verify([*archive.bags[:3], *archive.bags[4:]])
    assert without.returncode != 0
    assert archive.bags[3].name in without.stdout


def test_what_was_preserved_is_the_post_with_its_picture(account: Seeded, archive: Archive) -> None:
    pictures = 0
    for post in archive.inventory["posts"]:
        bag = archive.bag(post)
        number = POSTS - account.posts.index(post["url"]) - 1
        assert f"Number {number}:" in (bag / "data" / "text.txt").read_text("utf-8")
        urls = _recorded(bag / "data" / "page.wacz")
        origin = "/".join(account.url.split("/")[:3])
        assert [url for url in urls if not url.startswith(f"{origin}/")] == []
        pictures += any(f"/house-{number}" in url for url in urls)
    assert pictures == sum(number % 10 == 3 for number in range(POSTS - CAPTURED, POSTS))


def _recorded(wacz: Path) -> list[str]:
    """The addresses of all answers in it."""
    with zipfile.ZipFile(wacz) as pack:
        (name,) = (each for each in pack.namelist() if each.endswith((".warc", ".warc.gz")))
        with pack.open(name) as file:
            return [
                record.rec_headers.get_header("WARC-Target-URI")
                for record in ArchiveIterator(file)
                if record.rec_type == "response"
            ]
