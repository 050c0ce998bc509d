"""`make bench-verify`: what verifying costs, against what anybody's tools cost on the same bytes.

Everything is run in turn, round by round, so that what else the machine does falls on all alike,
and the best of all rounds are compared. Times are those of whole processes, with their start, as a
user has it; the cost of starting is shown by a bag of some kilobytes. `--bag` measures a bag of
one's own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import bare_loop
from tests.bench.long_warc import long_bag
from tests.support.tamper import bag
from tests.support.tamper.material import WACZ, WARC, Package
from tests.verify import bagmaker

MIB = 1 << 20
REPOSITORY = Path(__file__).parents[2]
BARE_LOOP = Path(bare_loop.__file__)
Run = Callable[[], None]
# As installed: what was compiled once is not compiled again at each start.
ENVIRONMENT = {name: x for name, x in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-verify")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--megabytes", type=int, default=256, help="of the large bag's file")
    parser.add_argument("--exchanges", type=int, default=3000, help="of the bag with many records")
    parser.add_argument("--bag", type=Path, help="measure only this bag's directory")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as scratch:
        place = Path(scratch)
        (place / "trust.pem").write_bytes(bag.trust_of())
        if options.bag:
            own(place, options.rounds, options.bag.resolve())
            return
        start(place, options.rounds)
        hashing(place, options.rounds, options.megabytes)
        records(place, options.rounds, options.exchanges, 8 << 10)
        records(place, options.rounds, options.exchanges // 100, 4 << 20)
        several(place, options.rounds, options.exchanges)


def verifier(place: Path, *paths: Path, jobs: int = 1) -> Run:
    arguments = ["--json", f"--jobs={jobs}", "--trust", str(place / "trust.pem"), *map(str, paths)]

    def run() -> None:
        command = [sys.executable, "-m", "verify", *arguments]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, check=True
        )
        verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
        assert verdicts == ["PROVED"] * len(paths), verdicts

    return run


def tool(*command: str, cwd: Path) -> Run:
    def run() -> None:
        subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, check=True)

    return run


def measure(title: str, runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Print the least seconds of each, by the clock and of processors, run in turn; return those
    by the clock.
    """
    clock: dict[str, list[float]] = {name: [] for name in runs}
    processors: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):  # the first one warms up
        for name, run in runs.items():
            begun, used = time.perf_counter(), processor_seconds()
            run()
            clock[name].append(time.perf_counter() - begun)
            processors[name].append(processor_seconds() - used)
    print(f"\n{title}")
    for name in runs:
        least = min(processors[name][1:])
        print(f"  {name:<28} {min(clock[name][1:]):8.3f} s   processors {least:8.3f} s")
    return {name: min(values[1:]) for name, values in clock.items()}


def processor_seconds() -> float:
    """Of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sealed(place: Path, name: str, files: bagmaker.Files) -> Path:
    """Seal the good bag with these files in the place of its own; return its directory."""
    made = bag.good()
    made.files |= files
    made.seal()
    return bagmaker.write(made.files, place / name, made.root)


def start(place: Path, rounds: int) -> None:
    small = sealed(place, "small", {})
    measure("A bag of some kilobytes: the cost of starting", {
        "holdfast-verify": verifier(place, small),
        "python -c pass": tool(sys.executable, "-c", "pass", cwd=place),
    }, rounds)  # fmt: skip


def hashing(place: Path, rounds: int, megabytes: int) -> None:
    """The hashing part: a file that is only hashed (HTML), against sha256sum on the bag's files."""
    text = random.Random(2).randbytes(MIB) * megabytes
    root = sealed(place, "large", {"data/dom.html": text})
    found = measure(f"A bag with a file of {megabytes} MiB that is only hashed", {
        "holdfast-verify": verifier(place, root),
        "sha256sum --check": tool("sha256sum", "--check", "manifest-sha256.txt", cwd=root),
    }, rounds)  # fmt: skip
    ratio = found["holdfast-verify"] / found["sha256sum --check"]
    print(f"  ratio to sha256sum           {ratio:8.2f}")
    print(f"  peak memory                  {peak_mib(place, root):8.0f} MiB")


def records(place: Path, rounds: int, exchanges: int, size: int) -> None:
    """The whole, with records, digests and index, against warcio check on the same WARC."""
    root = long_bag(place / f"records-{size}", exchanges, size)
    against_warcio(place, rounds, root, f"{exchanges} exchanges of {size >> 10} KiB")


def own(place: Path, rounds: int, root: Path) -> None:
    """The same with a bag that somebody captured; its own signer is trusted."""
    (place / "trust.pem").write_bytes((root / "seal" / "signer.pem").read_bytes())
    against_warcio(place, rounds, root, root.name)


def against_warcio(place: Path, rounds: int, root: Path, title: str) -> None:
    warc = place / "data.warc.gz"
    made = bag.Bag(root.name, {WACZ: (root / WACZ).read_bytes()})
    warc.write_bytes(Package.of(made).entries[WARC])
    warcio = str(Path(sys.executable).with_name("warcio"))
    packed = warc.stat().st_size / MIB
    found = measure(f"{title}, a WARC of {packed:.1f} MiB", {
        "holdfast-verify": verifier(place, root),
        "warcio check": tool(warcio, "check", str(warc), cwd=place),
        "inflating, two digests": tool(sys.executable, str(BARE_LOOP), str(warc), cwd=place),
    }, rounds)  # fmt: skip
    ratio = found["warcio check"] / found["holdfast-verify"]
    print(f"  warcio check / holdfast-verify {ratio:6.2f}")


def several(place: Path, rounds: int, exchanges: int) -> None:
    """Eight bags, one after the other and on all cores."""
    paths = [long_bag(place / f"many-{number}", exchanges, 8 << 10) for number in range(8)]
    found = measure(f"Eight bags of {exchanges} exchanges", {
        "--jobs 1": verifier(place, *paths, jobs=1),
        f"--jobs {os.cpu_count()}": verifier(place, *paths, jobs=os.cpu_count() or 1),
    }, rounds)  # fmt: skip
    one, all_cores = found.values()
    print(f"  times faster                 {one / all_cores:8.2f}")


def peak_mib(place: Path, root: Path) -> float:
    """The memory that verifying this bag takes at most, as the kernel keeps it for the process."""
    program = (
        "import re, sys; from pathlib import Path; from verify.command import main;"
        "main(sys.argv[1:]); status = Path('/proc/self/status').read_text();"
        "peak = re.search(r'VmHWM:\\s*(\\d+)', status);"
        "print(peak[1], file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, str(root), "--trust", str(place / "trust.pem")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return int(done.stderr) / 1024


if __name__ == "__main__":
    main()
