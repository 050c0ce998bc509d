"""Whatever breaks, each submission ends with one sealed bag, or one failure that says why.

Two hundred submissions, in batches, and one fault after the other while they are worked off.
`Fleet.audit` looks at every one of them; what stands at the end of each test is only what is
special about it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psutil
import pytest
import redis as redis_client

from tests.support.fleet import LEASE_S, Fleet, assert_gone, kill_family
from tests.support.machine import Machine
from tests.support.s3.faults import Fault, Kind
from tests.support.site import Site

BATCH = 25
_DAY_S = 86_400
ALL_SEALED = {"sealed": BATCH}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Site() as site, Fleet(tmp_path_factory.mktemp("fleet"), site) as running:
        running.start()
        yield running
        assert site.errors == []


def _under_way(fleet: Fleet) -> list[str]:
    """A batch of which some are captured by now: single ones, for which somebody waits, and a
    list."""
    ids = [*fleet.submit(2), *fleet.submit(3), *fleet.submit(BATCH - 5)]
    fleet.until(lambda: fleet.states(ids)["capturing"] > 1, "the first captures")
    return ids


def _results(fleet: Fleet, ids: list[str]) -> set[str]:
    query = "SELECT DISTINCT result FROM captures_attempt WHERE capture_id = ANY(%s::uuid[])"
    return {row["result"] for row in fleet.ask(query, ids)}


def test_nothing_breaks(fleet: Fleet) -> None:
    """So that what the faults add can be told from what is always there."""
    ids = _under_way(fleet)
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    assert _results(fleet, ids) == {"sealed"}


def test_workers_are_killed_in_the_middle(fleet: Fleet) -> None:
    ids = _under_way(fleet)
    for process in islice(fleet.busy(), 3):
        assert_gone(kill_family(process))
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    assert _results(fleet, ids) == {"sealed", "lost"}


def test_a_whole_machine_is_lost(fleet: Fleet) -> None:
    ids = _under_way(fleet)
    machine = fleet.machine("two")
    worker = machine._processes["worker"]
    assert_gone(kill_family(psutil.Process(worker.pid)))
    worker.wait()
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    fleet.start_worker("two")


def test_browsers_are_killed(fleet: Fleet) -> None:
    ids = _under_way(fleet)
    for process in islice(fleet.busy(), 3):
        for each in process.children(recursive=True):
            if "chrom" in each.name() and each.ppid() not in _browsers(process):
                each.kill()
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED


def _browsers(process: psutil.Process) -> set[int]:
    return {each.pid for each in process.children(recursive=True) if "chrom" in each.name()}


def test_redis_is_killed_and_comes_back_empty(fleet: Fleet) -> None:
    ids = _under_way(fleet)
    fleet.redis.kill()
    ids += fleet.submit(1)  # is committed all the same
    time.sleep(2)
    fleet.redis.start()
    fleet.settle(ids)
    assert fleet.audit(ids) == {"sealed": BATCH + 1}


def test_postgresql_restarts_and_crashes(fleet: Fleet) -> None:
    ids = _under_way(fleet)
    fleet.postgres.restart()
    fleet.until(lambda: fleet.states(ids)["capturing"], "captures after the restart")
    fleet.postgres.kill()
    time.sleep(2)
    fleet.postgres.start()
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED


def test_the_store_refuses(fleet: Fleet) -> None:
    """What is sealed waits on its machine; no page is captured twice for it."""
    refuse = [Fault(Kind.REFUSE, method, times=100_000) for method in ("PUT", "POST", "HEAD")]
    fleet.store.order(*refuse)
    ids = _under_way(fleet)
    fleet.until(lambda: fleet.states(ids)["storing"] >= 5, "bags that wait for the store")
    fleet.store.order()
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    assert _results(fleet, ids) == {"sealed"}
    assert list(fleet.folder.glob("*/data/outbox/*.*")) == []


def test_a_disk_is_full(fleet: Fleet) -> None:
    """On every machine that captures: files may have no more than some kilobytes, for a while.

    (RLIMIT_FSIZE: the writes fail as on a full disk, and it needs no disk of our own.)
    """
    ids = _under_way(fleet)
    _limit_files(fleet, 20_000)
    fleet.until(lambda: _results(fleet, ids) >= {"trouble"}, "a disk that is full")
    _limit_files(fleet, -1)
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED


def _limit_files(fleet: Fleet, size: int) -> None:
    for name in ("one", "two"):
        main = psutil.Process(fleet.machine(name)._processes["worker"].pid)
        for process in [main, *main.children(recursive=True)]:
            try:
                process.rlimit(psutil.RLIMIT_FSIZE, (size, -1))
            except psutil.NoSuchProcess:
                continue


def test_the_same_message_comes_many_times(fleet: Fleet) -> None:
    """Bells carry no work: each worker takes what is next, or nothing."""
    with redis_client.Redis.from_url(fleet.redis.url) as client, _deaf(fleet):
        ids = fleet.submit(BATCH)
        fleet.until(lambda: client.llen("bulk"), "a bell that nobody hears")
        message = client.lindex("bulk", 0)
        client.lpush("bulk", *[message] * 100)
        client.lpush("capture", *[message] * 100)
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    assert _results(fleet, ids) == {"sealed"}


@contextmanager
def _deaf(fleet: Fleet) -> Iterator[None]:
    """Workers that take no messages meanwhile."""
    listeners = [
        psutil.Process(fleet.machine(name)._processes["worker"].pid) for name in ("one", "two")
    ]
    for each in listeners:
        each.suspend()
    try:
        yield
    finally:
        for each in listeners:
            each.resume()


def test_a_worker_freezes_and_comes_back(fleet: Fleet) -> None:
    """It was given up for lost meanwhile, and another did its work."""
    ids = _under_way(fleet)
    frozen = next(fleet.busy())
    family = [frozen, *frozen.children(recursive=True)]
    held = fleet.ask(
        "SELECT id FROM captures_capture WHERE leased_by LIKE %s AND state = 'capturing'",
        f"%:{frozen.pid}",
    )
    for each in family:
        each.suspend()
    lost = "SELECT 1 FROM captures_attempt WHERE capture_id = %s AND result = 'lost'"
    fleet.until(lambda: all(fleet.ask(lost, row["id"]) for row in held), "its lease to be lost")
    for each in reversed(family):
        each.resume()
    fleet.settle(ids)
    time.sleep(LEASE_S / 2)  # in which it could do harm
    assert fleet.audit(ids) == ALL_SEALED


def test_the_clock_jumps(fleet: Fleet) -> None:
    """A day ahead, then two days back: the clock that leases and waits go by."""
    ids = _under_way(fleet)
    fleet.postgres.clock.set(_DAY_S)
    fleet.until(lambda: fleet.states(ids)["sealed"] >= BATCH // 3, "captures on the next day")
    fleet.postgres.clock.set(-_DAY_S)
    fleet.settle(ids)
    fleet.postgres.clock.set(0)
    assert fleet.audit(ids) == ALL_SEALED
    assert _results(fleet, ids) == {"sealed"}


def test_workers_are_told_to_stop(fleet: Fleet) -> None:
    """What they were at goes back into the queue at once."""
    ids = _under_way(fleet)
    machine: Machine = fleet.machine("one")
    worker = machine._processes.pop("worker")
    family = psutil.Process(worker.pid).children(recursive=True)
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(60) == 0
    assert_gone(family)
    assert list((machine.data / "work").glob("holdfast-private-*")) == []
    fleet.start_worker("one", 2)
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    assert "lost" not in _results(fleet, ids)


def test_killed_workers_leave_no_secrets_for_long(fleet: Fleet, tmp_path: Path) -> None:
    """Key logs and profiles of browsers are in folders that live no longer than somebody's lock."""
    ids = _under_way(fleet)
    for process in islice(fleet.busy(), 2):
        assert_gone(kill_family(process))
    fleet.settle(ids)
    assert fleet.audit(ids) == ALL_SEALED
    work = [*fleet.folder.glob("*/data/work/holdfast-private-*")]
    assert len(work) <= 3  # one for each process that lives
