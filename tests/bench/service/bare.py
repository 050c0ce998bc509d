"""One process of the bare pipeline: `python -m tests.bench.service.bare INTO`.

It has one warm browser, as a worker process has. For each address that it reads it writes a line,
once the verified bag is in the folder INTO.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import load_or_create_key
from tests.support.capturing import LOOPBACK
from workers.pipeline import Settings, preserve


async def work(into: Path) -> None:
    """Preserve whatever is asked for, until the input ends."""
    key = load_or_create_key(into / "key.pem")
    settings = Settings(into, key, CaptureOptions(allow_networks=LOOPBACK))
    async with Chromium() as chromium:
        while line := await asyncio.to_thread(sys.stdin.readline):
            preserved = await preserve(chromium, parse_target(line.strip()), settings)
            print(preserved.bag, flush=True)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
