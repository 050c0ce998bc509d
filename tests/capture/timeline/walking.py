"""Reading the timelines of simulated platforms, with one browser for many walks."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.platforms.identity import identify
from capture.target import parse_target
from capture.timeline.account import Account as Read
from capture.timeline.end import End, Walked
from capture.timeline.reader import Reader
from capture.timeline.sighting import Sighting
from capture.timeline.walk import Limits
from tests.support.platforms import Account

OPTIONS = CaptureOptions(allow_networks=("127.0.0.0/8",), quiet_ms=200)


@dataclass(frozen=True)
class Walk:
    """What came of one."""

    walked: Walked
    found: list[Sighting]
    reader: Read

    @property
    def end(self) -> End:
        """How it ended."""
        return self.walked.end

    @property
    def urls(self) -> list[str]:
        """The posts, in the order in which they were found."""
        return [each.url for each in self.found]


class Walking:
    """A browser that reads timelines; it runs between `with` and its end."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, itertools.count()

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        self._chromium = Chromium()
        self._runner.run(self._chromium.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._chromium.__aexit__(kind, error, trace))
        self._runner.close()

    def read(
        self,
        account: Account,
        *,
        key: str | None = None,
        options: CaptureOptions = OPTIONS,
        time_s: float = 120,
        most: int | None = None,
        url: str | None = None,
        at_first: Callable[[], object] = lambda: None,
    ) -> Walk:
        """Read the timeline of `account` (or at `url`) to its end, or until `most` were found;
        `at_first` is done when the first posts were found."""
        home = identify(url or account.url, time.time_ns() // 1_000)
        assert home is not None
        reader, found = Read.at(home), list[Sighting]()
        reader.key = key or reader.key

        def judge(sightings: Sequence[Sighting]) -> End | None:
            if not found:
                at_first()
            found.extend(sightings)
            return End.MAX_POSTS if most is not None and len(found) >= most else None

        target = parse_target(url or account.url)
        work = self._folder / f"spool-{next(self._number)}"
        limits = Limits(time_s=time_s, pause_s=0)
        reads = Reader(self._chromium, reader, options, limits)
        walked = self._runner.run(reads.timeline(target, judge, work))
        return Walk(walked, found, reader)

    def thread(self, account: Account, url: str, posts: Sequence[str]) -> Walk:
        """Read what stands around the post at `url`, where the timeline had shown `posts`."""
        home, post = (identify(each, time.time_ns() // 1_000) for each in (account.url, url))
        assert home is not None
        assert post is not None
        reader, found = Read.at(home), list[Sighting]()
        reads = Reader(self._chromium, reader, OPTIONS, Limits(time_s=60, pause_s=0))
        work = self._folder / f"spool-{next(self._number)}"
        read = reads.thread(post, posts, parse_target(url), found.extend, work)
        return Walk(self._runner.run(read), found, reader)
