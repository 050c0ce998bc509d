"""`python -m tests.support.site [--port N] [--json] [--warm]`: the site for people to look at."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from . import Site
from .pages import bench
from .server import FLAVOURS, HOSTS

PATHS = [
    *("/", "/@grimwald", "/private/inbox", "/botwall", "/everything", "/ruler?height=5000"),
    *("/bench/light", "/bench/post", "/bench/profile", "/hostile/", "/guard/"),
]


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.site")
    parser.add_argument("--port", type=int, default=0, help="of the main server over plain HTTP")
    parser.add_argument("--json", action="store_true", help="print the addresses as one JSON line")
    parser.add_argument("--warm", action="store_true", help="make the benchmark's pictures first")
    options = parser.parse_args()
    if options.warm:
        bench.warm()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Site(port=options.port) as site:
        origins = {f"{r}_{f}": site.origin(r, f) for r in HOSTS for f in FLAVOURS}
        lines = [json.dumps({**origins, "ca_pem": str(site.ca_pem)})]
        if not options.json:
            lines = [site.url(path) for path in PATHS]
            lines += [site.tls_url("/everything"), site.h2_url("/everything"), f"CA: {site.ca_pem}"]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
