"""`make bench-profile`: what a post costs in a profile job, against capturing each on its own.

One job runs (`run_profile`: the account's page, its timeline, each post, the sealed list). Before
it captures a post, its clock is stopped, and the same post is captured on its own: by a command
`holdfast capture` (cold), and by a browser that is warm already, but shares nothing (warm). So all
three take turns, and what else the machine does falls on all alike. Bytes are those of the bodies
in the site's own log. `--posts 200` for the figures of docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import psutil

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import load_or_create_key
from tests.support.capturing import LOOPBACK, records_of
from tests.support.platforms import Platform, Platforms
from workers.pipeline import Preserved, Settings, preserve
from workers.profiles import capturing
from workers.profiles.discovering import account_at
from workers.profiles.options import ProfileOptions
from workers.profiles.run import run_profile

COLD, WARM, JOB = "cold", "warm", "job"
TARGETS = {"wall time": 0.6, "bytes": 0.5}


@dataclass
class Clock:
    """Who had the site when: `of` are seconds by way, `spans` their times of day."""

    way: str = ""
    since: float = 0
    of: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    spans: list[tuple[float, float, str]] = field(default_factory=list)

    @asynccontextmanager
    async def turn(self, way: str) -> AsyncIterator[None]:
        """Let `way` have its turn; whoever had it goes on afterwards."""
        before, self.way = self.way, self._end(way)
        try:
            yield
        finally:
            self.way = self._end(before)

    def _end(self, after: str) -> str:
        now = time.time()
        if self.way:
            self.of[self.way].append(now - self.since)
            self.spans.append((self.since, now, self.way))
        self.since = now
        return after

    def owner(self, moment: float) -> str:
        """Whose turn it was."""
        return next((way for start, end, way in self.spans if start <= moment <= end), "")


@dataclass
class Bench:
    """One job and the single captures beside it."""

    platform: Platform
    url: str
    scratch: Path
    clock: Clock = field(default_factory=Clock)
    bags: dict[str, dict[str, Path]] = field(default_factory=lambda: defaultdict(dict))
    posts_s: list[float] = field(default_factory=list)

    async def run(self, posts: int) -> None:
        """Do all of it; `posts` bounds the job."""
        settings = self._settings(JOB)
        account = account_at(self.url, time.time_ns() // 1_000)
        if account is None:
            raise SystemExit(f"{self.url} is no account")
        async with Chromium() as warm:
            with mock.patch.object(capturing, "preserve", self._instead(warm)):
                async with self.clock.turn(JOB), Chromium() as chromium:
                    options = ProfileOptions(max_posts=posts, delay=0)
                    came = await run_profile(
                        *(chromium, parse_target(self.url), account, settings.into, settings),
                        options,
                    )
        if came.pause is not None:
            raise SystemExit(f"the job paused: {came.pause}")

    def _settings(self, way: str) -> Settings:
        into = self.scratch / way
        into.mkdir(exist_ok=True)
        key = load_or_create_key(self.scratch / "key.pem")
        return Settings(into, key, CaptureOptions(allow_networks=LOOPBACK))

    def _instead(self, warm: Chromium) -> Any:
        async def preserve_and_compare(
            chromium: Chromium, target: Any, settings: Settings, **more: Any
        ) -> Preserved:
            if target.url != self.url:  # the account's own page is no post
                async with self.clock.turn(COLD):
                    await self._alone(target.url)
                async with self.clock.turn(WARM):
                    done = await preserve(
                        warm, target, replace(self._settings(WARM), options=settings.options)
                    )
                self.bags[WARM][target.url] = done.bag
            began = time.time()
            done = await preserve(chromium, target, settings, **more)
            self.posts_s.append(time.time() - began)
            self.bags[JOB][target.url] = done.bag
            return done

        return preserve_and_compare

    async def _alone(self, url: str) -> None:
        """As somebody would who has the addresses of the posts."""
        settings = self._settings(COLD)
        program = str(Path(sys.executable).with_name("holdfast"))
        before = set(settings.into.iterdir())
        done = await asyncio.create_subprocess_exec(
            *(program, "capture", url, "--into", str(settings.into), "--allow-network"),
            *(LOOPBACK[0], "--key", str(self.scratch / "key.pem")),
            env={**os.environ, "HOLDFAST_TIMESTAMPS": "false"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if await done.wait():
            raise SystemExit(f"holdfast capture {url} failed")
        (self.bags[COLD][url],) = set(settings.into.iterdir()) - before

    def bytes_of(self) -> dict[str, int]:
        """Bytes of bodies that the site sent, by way."""
        found: dict[str, int] = defaultdict(int)
        for entry in self.platform.log:
            found[self.clock.owner(entry.time)] += entry.body_length
        return found

    def unlike(self) -> list[str]:
        """Posts whose bags do not hold the same URLs with the same payload digests."""
        return [
            url
            for url, bag in self.bags[COLD].items()
            if len({_answers(each) for each in (bag, self.bags[JOB][url])}) > 1
        ]


def _answers(bag: Path) -> frozenset[tuple[str, str | None]]:
    return frozenset(
        (each.url, each.field("WARC-Payload-Digest"))
        for each in records_of(bag)
        if each.kind == "response"
    )


def show(bench: Bench) -> None:
    """Print the tables."""
    posts, sent = len(bench.bags[COLD]), bench.bytes_of()
    print(f"\n{posts} posts of {bench.platform.name}, load average {os.getloadavg()[0]:.1f}\n")
    print(
        "| way | wall s | a post | median | bytes from the site |\n| --- | --- | --- | --- | --- |"
    )
    walls = {way: sum(bench.clock.of[way]) for way in (COLD, WARM, JOB)}
    for way, wall in walls.items():
        middle = median(bench.posts_s if way == JOB else bench.clock.of[way])
        print(f"| {way} | {wall:.1f} | {wall / posts:.2f} | {middle:.2f} | {sent[way]:,} |")
    for way in (COLD, WARM):
        ratios = {"wall time": walls[JOB] / walls[way], "bytes": sent[JOB] / sent[way]}
        told = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
        print(f"\njob / {way}: {told} (targets, against cold: {TARGETS})")
    unlike = bench.unlike()
    print(f"\nbags with the same URLs and payload digests: {posts - len(unlike)} of {posts}")
    for url in unlike:
        print(f"  not the same: {url}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-profile")
    parser.add_argument("--posts", type=int, default=30)
    parser.add_argument("--platform", default="scroll", help="scroll, pages, more or cursor")
    options = parser.parse_args()
    print(f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with Platforms() as platforms, tempfile.TemporaryDirectory() as scratch:
        chosen = getattr(platforms, options.platform)
        account = chosen.open_account("grimwald", posts=options.posts)
        bench = Bench(chosen, account.url, Path(scratch))
        asyncio.run(bench.run(options.posts))
        show(bench)


if __name__ == "__main__":
    main()
