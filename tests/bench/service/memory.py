"""(c) The memory of web server and workers over many captures."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from time import sleep

import psutil

from tests.bench.service.measured import Service
from tests.bench.service.throughput import addresses

MIB = 1 << 20
PARTS = 10
_EVERY_S = 2.0
_UNDER_WAY = 100


@dataclass(frozen=True)
class Sample:
    """What was held (PSS, bytes) once so many captures were done.

    `browsers` are with all else that the worker processes start: Playwright's driver, the verifier.
    """

    done: int
    web: int
    workers: int
    browsers: int


def measure(service: Service, address: str, captures: int) -> list[Sample]:
    """Look every other second, while so many captures are made; the queue stays short."""
    samples, submitted = [], 0
    while True:
        left = service.unfinished()
        if submitted < captures and left < _UNDER_WAY // 2:
            count = min(_UNDER_WAY - left, captures - submitted)
            service.submit(addresses(address, "light", count))
            submitted, left = submitted + count, left + count
        samples.append(_look(service, submitted - left))
        if submitted == captures and not left:
            service.await_all()
            return samples
        sleep(_EVERY_S)


def in_parts(samples: list[Sample], captures: int) -> list[Sample]:
    """The median of each tenth of the captures."""
    found = []
    for number in range(1, PARTS + 1):
        low, high = captures * (number - 1) / PARTS, captures * number / PARTS
        some = [each for each in samples if low <= each.done <= high]
        if some:
            middle = (round(median(getattr(each, name) for each in some)) for name in _NAMES)
            found.append(Sample(round(high), *middle))
    return found


_NAMES = ("web", "workers", "browsers")


def _look(service: Service, done: int) -> Sample:
    (worker,) = service.trees("worker")[:1]
    own = [worker, *worker.children()]
    started = [each for each in service.trees("worker") if each not in own]
    return Sample(done, _pss(service.trees("web")), _pss(own), _pss(started))


def _pss(processes: list[psutil.Process]) -> int:
    held = 0
    for process in processes:
        with suppress(psutil.Error):  # ended meanwhile
            held += getattr(process.memory_full_info(), "pss", 0)
    return held
