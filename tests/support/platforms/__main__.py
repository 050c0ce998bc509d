"""`python -m tests.support.platforms [--posts N]`: the platforms for people to look at."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from . import Platforms


def main() -> None:
    """Serve until interrupted; prints the address of an account on each platform."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.platforms")
    parser.add_argument("--posts", type=int, default=120, help="of the account on each")
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


if __name__ == "__main__":
    main()
