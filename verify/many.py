"""Many bags at once, on all cores; reports come in the order of the paths, whichever is done first.

Each bag is verified by itself in a process of its own, so that one cannot influence another. New
processes are spawned rather than forked: that is the same on Linux, macOS and Windows, and works
inside the one-file distribution. One bag, or one job, needs no second process.

A spawned Python would look for its modules in the working directory first, where evidence may lie,
and a `pickle.py` among it. It is told not to (PYTHONSAFEPATH, Python 3.11); where it has been told
not to listen either (`-E`), there is no second process.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from verify.report import Report


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not everywhere; it knows of limits by container
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def verify_all(
    paths: Sequence[str], verify: Callable[[str], Report], jobs: int
) -> Iterator[Report]:
    """Yield what `verify` says of each path, in order, by at most `jobs` processes (0: all cores).

    `verify` must be picklable: a function of a module, or a `partial` of one. Raises
    `concurrent.futures.process.BrokenProcessPool` where a process was killed, for example for want
    of memory: then nothing is decided about the paths that have not been yielded.
    """
    jobs = min(jobs or cores(), len(paths)) if _can_be_safe() else 1
    if jobs <= 1:
        yield from map(verify, paths)
        return
    # Here and not above: one bag needs none of it, and it costs more than a small bag.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    context = multiprocessing.get_context("spawn")
    with _safe_path(), ProcessPoolExecutor(jobs, context) as pool:
        yield from pool.map(verify, paths)


def _can_be_safe() -> bool:
    return sys.flags.safe_path or not sys.flags.ignore_environment


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep processes started meanwhile from importing what lies in the working directory."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE_PATH)
        if before is not None:
            os.environ[_SAFE_PATH] = before


_SAFE_PATH = "PYTHONSAFEPATH"
