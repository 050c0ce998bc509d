"""(a) Captures a minute: the service with N worker processes, and N bare pipeline processes."""

from __future__ import annotations

import itertools
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from tests.bench.service.measured import Service

_numbers = itertools.count()


@dataclass(frozen=True)
class Round:
    """So many captures of one page, by both: how many seconds each took, and of processors."""

    captures: int
    bare_s: float
    bare_cpu_s: float
    service_s: float
    service_cpu_s: float

    @property
    def ratio(self) -> float:
        """The service's captures a minute, of the bare pipeline's."""
        return self.bare_s / self.service_s


@dataclass
class Bare:
    """So many processes of the bare pipeline, each with a folder in `place`; use it with `with`."""

    place: Path
    processes: int
    _running: list[subprocess.Popen[str]] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        for number in range(self.processes):
            into = self.place / str(number)
            into.mkdir(parents=True)
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.service.bare", str(into)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._running.append(self._stack.enter_context(process))
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack:
            for process in self._running:
                assert process.stdin is not None
                process.stdin.close()

    def tree(self) -> list[psutil.Process]:
        """All its processes, each before its children."""
        main = [psutil.Process(process.pid) for process in self._running]
        return [*main, *(each for one in main for each in one.children(recursive=True))]

    def capture(self, urls: list[str]) -> float:
        """All of them; whichever process is free takes the next. The Unix time of the end."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for url in urls:
            waiting.put(url)
        made: list[Path] = []
        threads = [
            threading.Thread(target=_feed, args=(process, waiting, made))
            for process in self._running
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end = time.time()
        assert len(made) == len(urls), "a process of the bare pipeline failed"
        return end

    def clear(self) -> None:
        """Remove the bags."""
        for bag in self.place.glob("*/*Z-*"):
            shutil.rmtree(bag)


def _feed(
    process: subprocess.Popen[str], waiting: queue.SimpleQueue[str], made: list[Path]
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(queue.Empty):
        while True:
            process.stdin.write(f"{waiting.get_nowait()}\n")
            process.stdin.flush()
            if bag := process.stdout.readline().strip():
                made.append(Path(bag))


@contextmanager
def _stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """They take nothing from whoever is measured."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in reversed(processes):
            with suppress(psutil.NoSuchProcess):
                process.resume()


def warm_up(service: Service, bare: Bare, address: str) -> None:
    """Everything has been done once: browsers run, code is compiled, pictures are made."""
    for page in ("light", "post"):
        bare.capture(addresses(address, page, 2 * bare.processes))
        service.submit(addresses(address, page, 2 * bare.processes))
        service.await_all()


def measure(service: Service, bare: Bare, address: str, page: str, captures: int) -> Round:
    """One round: first the bare pipeline, then the service."""
    with _stopped(service.trees()):
        bare_s = _timed(lambda: bare.capture(addresses(address, page, captures)), bare.tree)
        bare.clear()
    with _stopped(bare.tree()):
        service_s = _timed(lambda: _through(service, addresses(address, page, captures)),
                           service.trees)  # fmt: skip
    return Round(captures, *bare_s, *service_s)


def _through(service: Service, urls: list[str]) -> float:
    service.submit(urls)
    return service.await_all()


def _timed(
    act: Callable[[], float], processes: Callable[[], list[psutil.Process]]
) -> tuple[float, float]:
    """Seconds until the time that `act` tells; and of processors, by these and what they reaped."""
    used, begun = _cpu_s(processes()), time.time()
    end = act()
    return end - begun, _cpu_s(processes()) - used


def _cpu_s(processes: list[psutil.Process]) -> float:
    used = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:4])  # its own, and its ended children's
    return used


def addresses(address: str, page: str, count: int) -> list[str]:
    """So many addresses of one page, which nobody has asked for before."""
    return [f"{address}/bench/{page}?{next(_numbers)}" for _ in range(count)]
