"""What a piece of work costs: wall time, CPU time and memory of a whole process tree."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psutil

_SAMPLE_EVERY_S = 0.1
_MEMORY_EVERY = 5  # samples: reading a process's PSS holds it up for a moment


@dataclass
class Meter:
    """Measures between `with` and its end; `peak_pss` in bytes, the others in seconds.

    CPU time is sampled, so what a process does in its last tenth of a second may be missing; the
    same holds for both sides of a comparison.
    """

    root: psutil.Process = field(default_factory=psutil.Process)
    leave_out: frozenset[int] = frozenset()
    wall: float = 0
    cpu: float = 0
    peak_pss: int = 0
    _cpu_by_process: dict[tuple[int, float], float] = field(default_factory=dict)
    _before: float = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._sample()
        self._before = sum(self._cpu_by_process.values())
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wall = time.monotonic() - self._started
        self._over.set()
        self._thread.join()
        self._sample()
        self.cpu = sum(self._cpu_by_process.values()) - self._before

    def _watch(self) -> None:
        number = 0
        while not self._over.wait(_SAMPLE_EVERY_S):
            number += 1
            self._sample(memory=number % _MEMORY_EVERY == 0)

    def _tree(self) -> list[psutil.Process]:
        """The root and what descends from it, without the trees of `leave_out`."""
        try:
            every = self.root.children(recursive=True)
            parents = {process.pid: process.ppid() for process in every}
        except psutil.NoSuchProcess:
            return []
        return [self.root, *(one for one in every if not self._is_left_out(one.pid, parents))]

    def _is_left_out(self, pid: int, parents: dict[int, int]) -> bool:
        while pid in parents:
            if pid in self.leave_out:
                return True
            pid = parents[pid]
        return False

    def _sample(self, *, memory: bool = False) -> None:
        pss = 0
        for process in self._tree():
            try:
                times = process.cpu_times()
                self._cpu_by_process[process.pid, process.create_time()] = times.user + times.system
                if memory:
                    pss += getattr(process.memory_full_info(), "pss", 0)
            except psutil.Error:
                continue  # it ended between being listed and being asked
        self.peak_pss = max(self.peak_pss, pss)
