"""`python -m tests.bench.service [--only a,b,c] [--rounds N] [--captures N] …`"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil

from tests.bench.outside import site
from tests.bench.service import latency, memory, throughput
from tests.bench.service.measured import service

_PER_ROUND = {"light": 40, "post": 20}
_TARGET_RATIO, _TARGET_S = 0.95, 0.1


def main() -> None:
    options = _options()
    print(f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}")
    with site() as (address, _), tempfile.TemporaryDirectory(prefix="holdfast-bench-") as scratch:
        for each in options.only.split(","):
            load(f"before ({each})")
            _PARTS[each](options, address, Path(scratch) / each)
    load("at the end")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-service")
    parser.add_argument("--only", default="a,b,c", help="which parts")
    parser.add_argument("--processes", type=int, default=2, help="of workers, and bare ones")
    parser.add_argument("--rounds", type=int, default=3, help="of (a)")
    parser.add_argument("--scale", type=float, default=1, help="of the captures in a round of (a)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="of (b)")
    parser.add_argument("--submissions", type=int, default=500, help="of (b), each time")
    parser.add_argument("--captures", type=int, default=300, help="of (c); 1000 for the whole")
    return parser.parse_args()


def load(when: str) -> None:
    """A machine that does something else as well measures nothing."""
    averages = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"load average {when}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {averages}", flush=True)


def captures_a_minute(options: argparse.Namespace, address: str, scratch: Path) -> None:
    """(a)"""
    print(f"\n(a) captures a minute, {options.processes} processes, SQLite and Redis")
    scratch.mkdir()
    with (
        service(scratch / "service", "sqlite") as running,
        throughput.Bare(scratch / "bare", options.processes) as bare,
    ):
        running.work(options.processes)
        throughput.warm_up(running, bare, address)
        print("| page | bare | service | ratio | of each round | bare CPU s | service CPU s |")
        print(f"|{' --- |' * 7}")
        for page, count in _PER_ROUND.items():
            captures = max(round(count * options.scale), options.processes)
            rounds = [
                throughput.measure(running, bare, address, page, captures)
                for _ in range(options.rounds)
            ]
            _tell_rounds(page, rounds)


def _tell_rounds(page: str, rounds: list[throughput.Round]) -> None:
    bare = median(60 * each.captures / each.bare_s for each in rounds)
    ours = median(60 * each.captures / each.service_s for each in rounds)
    ratio = median(each.ratio for each in rounds)
    spread = ", ".join(f"{each.ratio:.3f}" for each in rounds)
    bare_cpu = median(each.bare_cpu_s / each.captures for each in rounds)
    our_cpu = median(each.service_cpu_s / each.captures for each in rounds)
    cells = (f"{bare:.1f}", f"{ours:.1f}", f"{ratio:.3f}", spread)
    print(f"| {page} | {' | '.join(cells)} | {bare_cpu:.2f} | {our_cpu:.2f} |", flush=True)
    print(f"  target {_TARGET_RATIO}: {'met' if ratio >= _TARGET_RATIO else 'MISSED'}")


def submission(options: argparse.Namespace, address: str, scratch: Path) -> None:
    """(b)"""
    scratch.mkdir()
    for database in options.databases.split(","):
        print(f"\n(b) answering a submission, {options.submissions} each, {database}")
        with service(scratch / database, database) as running:
            found = latency.measure(running, address, options.submissions, options.processes)
        print("| | p50 ms | p99 ms | longest ms |\n| --- | --- | --- | --- |")
        for each in found:
            times = " | ".join(f"{1000 * each.at(share):.1f}" for share in (0.5, 0.99, 1))
            print(f"| {each.what} | {times} |")
        is_met = all(each.at(0.99) < _TARGET_S for each in found)
        print(f"  target p99 below {1000 * _TARGET_S:.0f} ms: {'met' if is_met else 'MISSED'}")


def held(options: argparse.Namespace, address: str, scratch: Path) -> None:
    """(c)"""
    print(
        f"\n(c) memory (PSS, MiB) over {options.captures} captures, {options.processes} processes"
    )
    scratch.mkdir()
    with service(scratch / "service", "sqlite") as running:
        running.work(options.processes)
        samples = memory.measure(running, address, options.captures)
    parts = memory.in_parts(samples, options.captures)
    print("| captures | web | workers | browsers |\n| --- | --- | --- | --- |")
    for each in parts:
        cells = " | ".join(f"{n / memory.MIB:.0f}" for n in (each.web, each.workers, each.browsers))
        print(f"| {each.done} | {cells} |")
    first, last = parts[min(1, len(parts) - 1)], parts[-1]
    growth = (last.web + last.workers - first.web - first.workers) / memory.MIB
    print(f"  web and workers, the last tenth against the second: {growth:+.1f} MiB")


_PARTS = {"a": captures_a_minute, "b": submission, "c": held}

if __name__ == "__main__":
    main()
