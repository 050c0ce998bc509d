"""`python -m tests.support.platforms [--posts N] [--into DIR]`: the platforms to look at."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from . import Platforms
from .records import write_log, write_truth


def main() -> None:
    """Serve until interrupted; prints the address of an account on each platform."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.platforms")
    parser.add_argument("--posts", type=int, default=120, help="of the account on each")
    parser.add_argument("--into", type=Path, help="at the end, write truth and access logs there")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Platforms() as platforms:
        for platform in platforms.all:
            account = platform.open_account("grimwald", posts=options.posts, reposts=4)
            sys.stdout.write(f"{platform.name}\t{account.url}\n")
        sys.stdout.flush()
        stop.wait()
        if options.into:
            for platform in platforms.all:
                write_truth(platform.accounts[0], options.into / f"{platform.name}.truth.json")
                write_log(platform, options.into / f"{platform.name}.log.jsonl")


if __name__ == "__main__":
    main()
