"""The bell: whoever rings never waits; what waits does not pile up; a broker may come and go."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.db import transaction

from service import bell
from service.bell import CAPTURE, VERIFY, Bell, Ringer, ring, ring_to_verify
from tests.support.servers import Redis

PATIENCE_S = 30.0
_BELL = Bell(CAPTURE, "capture", "capture")


def _waiting(server: Redis) -> int:
    with redis.Redis.from_url(server.url) as client:
        return int(client.llen("capture"))


def _until(server: Redis, count: int) -> int:
    deadline = time.monotonic() + PATIENCE_S
    while _waiting(server) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return _waiting(server)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "_REST_S", 0.05)


def test_it_carries_nothing_but_a_name(redis_server: Redis) -> None:
    Ringer(redis_server.url).ring(_BELL, 2)
    assert _until(redis_server, 2) == 2
    with redis.Redis.from_url(redis_server.url) as client:
        message = json.loads(client.lindex("capture", 0))
    assert message["headers"]["task"] == CAPTURE
    assert message["headers"]["argsrepr"] == "['capture']"
    assert message["headers"]["expires"] is None  # by whose clock?


def test_bells_do_not_pile_up_while_nobody_listens(redis_server: Redis) -> None:
    ringer = Ringer(redis_server.url)
    for _ in range(10):
        ringer.ring(_BELL, 32)
    ringer.ring(Bell(CAPTURE, "bulk", "bulk"), 1)
    with redis.Redis.from_url(redis_server.url) as client:
        client.blpop(["bulk"], timeout=PATIENCE_S)  # so all before it have been rung
    assert _waiting(redis_server) == 64


def test_a_broker_that_comes_back_empty_is_rung_again(redis_server: Redis) -> None:
    ringer = Ringer(redis_server.url)
    ringer.ring(_BELL, 1)
    assert _until(redis_server, 1) == 1
    redis_server.kill()
    ringer.ring(_BELL, 1)  # is lost
    redis_server.start()
    deadline = time.monotonic() + PATIENCE_S
    while not _waiting(redis_server) and time.monotonic() < deadline:
        ringer.ring(_BELL, 1)
        time.sleep(0.2)
    assert _waiting(redis_server)


@pytest.fixture
def tarpit() -> Iterator[str]:
    """A broker that accepts, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_whoever_rings_never_waits(tarpit: str) -> None:
    """Whatever the broker does, the work is left to one thread, and the line is bounded."""
    ringer = Ringer(tarpit)
    done = threading.Event()

    def ring_much() -> None:
        for _ in range(5_000):
            ringer.ring(_BELL, 1)
        done.set()

    threading.Thread(target=ring_much, daemon=True).start()
    assert done.wait(PATIENCE_S)
    assert len([each for each in threading.enumerate() if each is ringer._thread]) == 1


@pytest.mark.django_db(transaction=True)
def test_it_rings_once_the_work_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[Bell, int]] = []

    class Ear:
        def ring(self, bell: Bell, times: int) -> None:
            heard.append((bell, times))

    monkeypatch.setattr(bell, "_ringer", lambda _: Ear())
    with transaction.atomic():
        ring("capture", 2)
        assert heard == []
    assert heard == [(_BELL, 2)]
    with transaction.atomic():
        ring("capture")
        transaction.set_rollback(True)
    ring("bulk", 0)
    assert heard == [(_BELL, 2)]


def test_folders_do_as_well(tmp_path: Path) -> None:
    ringer = Ringer(f"filesystem://{tmp_path}")
    for _ in range(10):
        ringer.ring(_BELL, 32)
    messages = tmp_path / "messages"
    deadline = time.monotonic() + PATIENCE_S
    while len(list(messages.glob("*.capture.msg"))) < 64 and time.monotonic() < deadline:
        time.sleep(0.02)
    ringer.ring(Bell(CAPTURE, "bulk", "bulk"), 1)
    while not list(messages.glob("*.bulk.msg")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(list(messages.glob("*.capture.msg"))) == 64


@pytest.mark.django_db(transaction=True)
def test_another_bell_is_for_one_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Bell] = []

    class Ear:
        def ring(self, bell: Bell, times: int) -> None:
            heard.append(bell)

    monkeypatch.setattr(bell, "_ringer", lambda _: Ear())
    capture = uuid.uuid4()
    ring_to_verify(capture)
    assert heard == [Bell(VERIFY, str(capture), "capture")]
