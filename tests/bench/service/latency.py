"""(b) How long a submission of one address takes to be answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic

from tests.bench.service.measured import Service
from tests.bench.service.throughput import addresses

QUEUED = 10_000


@dataclass(frozen=True)
class Latencies:
    """Of many submissions, one after the other, each over a connection of its own; in seconds."""

    what: str
    seconds: list[float]

    def at(self, share: float) -> float:
        """The least time in which this share of the submissions was answered."""
        return sorted(self.seconds)[math.ceil(share * len(self.seconds)) - 1]


def measure(service: Service, address: str, count: int, processes: int) -> list[Latencies]:
    """With an empty queue (what is submitted stays in it), with 10,000 queued, and with workers."""
    found = [_submit(service, address, count, "empty queue")]
    begun = monotonic()
    service.submit(addresses(address, "light", QUEUED))
    print(f"one request with {QUEUED:,} addresses: {monotonic() - begun:.1f} s", flush=True)
    found.append(_submit(service, address, count, f"{QUEUED:,} queued"))
    queued = service.unfinished()
    service.work(processes)
    service.machine.until(lambda: service.unfinished() < queued - processes, "the workers")
    found.append(_submit(service, address, count, f"{QUEUED:,} queued, {processes} workers busy"))
    assert service.unfinished() > QUEUED, "the queue has run short"
    return found


def _submit(service: Service, address: str, count: int, what: str) -> Latencies:
    seconds = []
    for url in addresses(address, "light", count):
        begun = monotonic()
        service.submit([url])
        seconds.append(monotonic() - begun)
    return Latencies(what, seconds)
