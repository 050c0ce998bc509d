"""An account archived by the service's own processes, with Redis and PostgreSQL.

Web server, workers, the clock. The workers are killed (-9) while they are at it; then a post is
deleted, and the next run says so at once.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.platforms import Platforms
from tests.support.receiver import Receiver
from tests.support.running_service import RunningService
from tests.support.servers import Postgres, Redis
from tests.support.servers.fixtures import postgres_server, redis_server

__all__ = ["postgres_server", "redis_server"]
POSTS = 10


@contextmanager
def _process(service: RunningService, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the service with a group of its own, ended with the block."""
    with (service.data / f"{command[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *command],
            env=service.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def _until(profile: Callable[[], dict[str, Any]], is_so: Callable[[dict[str, Any]], bool]) -> Any:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        told = profile()
        if is_so(told):
            return told
        time.sleep(0.3)
    raise AssertionError(f"it never came to that: {told}")


def _listed(client: httpx.Client, profile: str) -> dict[str, Any]:
    content = client.get(f"/profiles/{profile}/inventory.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as bag:
        (name,) = (each for each in bag.namelist() if each.endswith("data/inventory.json"))
        told: dict[str, Any] = json.loads(bag.read(name))
    return told


@pytest.mark.timeout(600)
def test_killed_while_it_reads_it_lists_all_and_says_what_disappears(
    tmp_path: Path, platforms: Platforms, postgres_server: Postgres, redis_server: Redis
) -> None:
    account = platforms.more.open_account("grimwald", posts=POSTS)
    with postgres_server.database() as database, Receiver() as receiver:
        service = RunningService(tmp_path / "data", database.url)
        service.environment |= {
            "HOLDFAST_BROKER": redis_server.url,
            "HOLDFAST_TIMESTAMPS": "off",
            "HOLDFAST_WIRE": "off",
            "HOLDFAST_LEASE": "4",
            "HOLDFAST_HOST_DELAY": "0",
            "HOLDFAST_SCROLL_TIME_LIMIT": "1",
        }
        headers = {"Authorization": f"Bearer {service.token()}"}
        with (
            service.web() as web,
            _process(service, "beat"),
            httpx.Client(base_url=f"{web.url}/api/v1", headers=headers, timeout=60) as client,
        ):
            case = client.post("/cases", json={"name": "Threats"}).json()["id"]
            events = ["profile.gone", "profile.finished"]
            client.post(f"/cases/{case}/webhooks", json={"url": receiver.url, "events": events})
            asked = {"url": account.url, "case": case}
            made = client.post("/profiles", json=asked)
            assert made.status_code == 201, made.text
            profile = made.json()["id"]

            def show() -> dict[str, Any]:
                told: dict[str, Any] = client.get(f"/profiles/{profile}").json()
                return told

            with _process(service, "worker", "--processes", "2") as worker:
                _until(show, lambda told: told["posts"]["found"] > 0)
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
            with _process(service, "worker", "--processes", "2"):
                told = _until(show, lambda told: told["state"] in {"finished", "paused"})
                assert told["state"] == "finished", told
                listed = _listed(client, profile)
                truth = {each.url for each in account.truth()}
                assert {each["url"] for each in listed["posts"]} == truth
                assert [len(each["captures"]) for each in listed["posts"]] == [1] * POSTS
                account.delete(account.posts[3])
                client.post(f"/profiles/{profile}/again")
                told = _until(show, lambda told: told["run"] == 2 and told["state"] == "finished")
                assert told["posts"]["gone"] == 1
                _until(show, lambda _: len(receiver.received) == 3)
    kinds = [json.loads(each.body)["type"] for each in receiver.received]
    assert sorted(kinds) == ["profile.finished", "profile.finished", "profile.gone"]
