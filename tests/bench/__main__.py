"""`python -m tests.bench [--rounds N] [--cold-rounds N]`"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic

import psutil
from playwright.async_api import Browser, async_playwright

from capture.browser.chromium import Chromium
from capture.browser.find import find_chromium
from capture.options import CaptureOptions
from capture.target import parse_target
from seal.keys import SigningKey, load_or_create_key
from tests.bench.floor import plain_screenshot
from tests.bench.meter import Meter
from tests.bench.outside import site
from tests.support.capturing import LOOPBACK
from workers.pipeline import Preserved, Settings, preserve

PAGES = ("light", "post", "profile")
MIB = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold-rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}")
    with site() as (address, site_pid), tempfile.TemporaryDirectory() as scratch:
        asyncio.run(warm(address, site_pid, options.rounds, Path(scratch)))
        cold(address, options.cold_rounds, Path(scratch))


def children() -> set[int]:
    """The processes that this one started itself."""
    return {process.pid for process in psutil.Process().children()}


def descendants(pid: int) -> set[int]:
    return {process.pid for process in psutil.Process(pid).children(recursive=True)}


async def warm(address: str, site_pid: int, rounds: int, scratch: Path) -> None:
    """Table 1."""
    key = load_or_create_key(scratch / "key.pem")
    results: dict[tuple[str, str], list[Meter]] = defaultdict(list)
    steps: dict[str, list[dict[str, float]]] = defaultdict(list)
    found: dict[str, Preserved] = {}
    before = children()
    async with async_playwright() as playwright, Chromium() as chromium:
        drivers = children() - before
        of_holdfast = {pid for pid in drivers if chromium.pid in descendants(pid)}
        executable = find_chromium(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=os.geteuid() != 0
        )
        for number in range(rounds + 1):  # the first round only warms up
            for page in PAGES:
                url = f"{address}/bench/{page}"
                floor = await _measure_floor(browser, url, scratch, {site_pid, *of_holdfast})
                whole, found[page], shares = await _measure_whole(
                    chromium, url, key, scratch, {site_pid, *(drivers - of_holdfast)}
                )
                if number:
                    results[page, "floor"].append(floor)
                    results[page, "holdfast"].append(whole)
                    steps[page].append(shares)
        await browser.close()
    _print_warm(results, found)
    _print_steps(steps)


async def _measure_floor(browser: Browser, url: str, scratch: Path, others: set[int]) -> Meter:
    with Meter(leave_out=frozenset(others)) as meter:
        await plain_screenshot(browser, url, scratch / "floor.png")
    return meter


async def _measure_whole(
    chromium: Chromium, url: str, key: SigningKey, scratch: Path, others: set[int]
) -> tuple[Meter, Preserved, dict[str, float]]:
    into = Path(tempfile.mkdtemp(dir=scratch))
    settings = Settings(into, key, CaptureOptions(allow_networks=LOOPBACK))
    marks: list[tuple[str, float]] = []
    with Meter(leave_out=frozenset(others)) as meter:
        preserved = await preserve(
            chromium, parse_target(url), settings, lambda step: marks.append((step, monotonic()))
        )
        marks.append(("end", monotonic()))
    return meter, preserved, _shares(preserved, marks)


def _shares(preserved: Preserved, marks: list[tuple[str, float]]) -> dict[str, float]:
    """Seconds by step: the pipeline's own, and within the capture by its ledger."""
    shares = {step: later - time for (step, time), (_, later) in pairwise(marks)}
    ledger = (preserved.bag / "data" / "steps.jsonl").read_text("utf-8").splitlines()
    lines = [json.loads(line) for line in ledger]
    times = [datetime.fromisoformat(line["time"]) for line in lines]
    capturing = shares.pop("capturing", 0.0)
    inside: dict[str, float] = defaultdict(float)
    for line, time, earlier in zip(lines[1:], times[1:], times, strict=False):
        name = line["file"] if line["act"] == "take" else line["act"]
        inside[name] += (time - earlier).total_seconds()
    rest = capturing - sum(inside.values())
    return {**inside, "open, leave, WARC, WACZ, wire": rest, **shares}


def _print_warm(results: dict[tuple[str, str], list[Meter]], found: dict[str, Preserved]) -> None:
    print("\nWarm, medians; (a) the floor, (b) Holdfast to the verified bag")
    print("| page | (a) wall s | (b) wall s | (b)/(a) | (a) CPU s | (b) CPU s "
          "| (a) peak MiB | (b) peak MiB | responses | bag MiB |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for page in PAGES:
        floor, whole = results[page, "floor"], results[page, "holdfast"]
        ratio = median(b.wall / a.wall for a, b in zip(floor, whole, strict=True))
        bag = found[page].bag
        record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
        size = sum(file.stat().st_size for file in bag.rglob("*") if file.is_file())
        cells = [
            f"{median(m.wall for m in floor):.2f}",
            f"{median(m.wall for m in whole):.2f}",
            f"{ratio:.2f}",
            f"{median(m.cpu for m in floor):.2f}",
            f"{median(m.cpu for m in whole):.2f}",
            f"{median(m.peak_pss for m in floor) / MIB:.0f}",
            f"{median(m.peak_pss for m in whole) / MIB:.0f}",
            str(record["counts"]["exchanges"]),
            f"{size / MIB:.1f}",
        ]
        print(f"| {page} | {' | '.join(cells)} |")


def _print_steps(steps: dict[str, list[dict[str, float]]]) -> None:
    print("\nWhere (b) spends its time, median seconds")
    names = list(dict.fromkeys(name for page in PAGES for one in steps[page] for name in one))
    print(f"| page | {' | '.join(names)} |")
    print(f"| --- |{' --- |' * len(names)}")
    for page in PAGES:
        cells = [f"{median(one.get(name, 0.0) for one in steps[page]):.2f}" for name in names]
        print(f"| {page} | {' | '.join(cells)} |")


def cold(address: str, rounds: int, scratch: Path) -> None:
    """Table 2."""
    print("\nCold command line: holdfast capture, one URL, from nothing")
    print("| page | wall s | CPU s | responses |")
    print("| --- | --- | --- | --- |")
    for page in PAGES:
        meters, count = [], 0
        for number in range(rounds + 1):  # the first round only lets Python keep compiled modules
            meter, count = _measure_cold(f"{address}/bench/{page}", scratch)
            meters += [meter] if number else []
        wall, cpu = median(m.wall for m in meters), median(m.cpu for m in meters)
        print(f"| {page} | {wall:.2f} | {cpu:.2f} | {count} |")


def _measure_cold(url: str, scratch: Path) -> tuple[Meter, int]:
    command = [
        str(Path(sys.executable).with_name("holdfast")),
        *("capture", "--json", "--no-timestamps", "--allow-network", LOOPBACK[0]),
        *("--into", str(scratch / "cold"), "--key", str(scratch / "key.pem"), url),
    ]
    as_installed = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = psutil.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=as_installed
    )
    with Meter(root=process) as meter:
        output, _ = process.communicate()
    bag = Path(json.loads(output)["bag"])
    record = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    return meter, int(record["counts"]["exchanges"])


if __name__ == "__main__":
    main()
