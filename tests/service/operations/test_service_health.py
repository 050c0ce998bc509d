"""`/healthz` and `/readyz`, with each of database, broker and store really down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.operations import asking
from service.operations.asking import Question
from tests.support.machine import Machine, Web
from tests.support.s3 import S3Server
from tests.support.servers import Database, Postgres, Redis

STRANGER = {"X-Forwarded-For": "192.0.2.7"}


@dataclass(frozen=True)
class _Surroundings:
    web: Web
    machine: Machine
    postgres: Postgres
    redis: Redis
    store: S3Server


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Surroundings]:
    """The web server between a database, a broker and a store that can be taken away."""
    with Postgres(durable=True) as postgres, Redis() as redis, S3Server() as store:
        database: Database = postgres.database()
        machine = Machine(
            tmp_path_factory.mktemp("machine"),
            {
                "HOLDFAST_DATABASE": database.url,
                "HOLDFAST_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
                "HOLDFAST_BROKER": redis.url,
                "HOLDFAST_STORE": store.url(store.make_bucket()),
                "HOLDFAST_STORE_KEY_ID": store.access_key,
                "HOLDFAST_STORE_SECRET": store.secret_key,
                "HOLDFAST_ORIGIN": "https://holdfast.example.org",
            },
        )
        with machine:
            assert machine.run("migrate").returncode == 0
            yield _Surroundings(machine.web(), machine, postgres, redis, store)


def _checks(web: Web) -> dict[str, str]:
    found: dict[str, str] = web.get("/readyz").json()["checks"]
    return found


def test_all_is_well(surroundings: _Surroundings) -> None:
    answer = surroundings.web.get("/readyz")
    assert answer.status == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "broker": "ok", "store": "ok"},
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stranger_learns_nothing_but_whether(surroundings: _Surroundings) -> None:
    assert surroundings.web.get("/readyz", STRANGER).json() == {"status": "ready"}
    assert surroundings.web.get("/metrics", STRANGER).status == 403


def test_a_load_balancer_may_ask_by_any_name(surroundings: _Surroundings) -> None:
    for path in ("/healthz", "/readyz"):
        assert surroundings.web.get(path, {"Host": "10.1.2.3:99"}).status == 200
    assert surroundings.web.get("/api/v1/docs", {"Host": "10.1.2.3:99"}).status == 400


def test_only_to_be_looked_at(surroundings: _Surroundings) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert surroundings.web.ask("POST", path, b"").status == 405


@pytest.mark.parametrize("gone", ["broker", "database"])
def test_one_of_them_is_down_and_comes_back(surroundings: _Surroundings, gone: str) -> None:
    web, server = surroundings.web, getattr(surroundings, _NAMES[gone])
    server.stop()
    try:
        surroundings.machine.until(lambda: _checks(web)[gone] != "ok", f"{gone} to be missed")
        answer = web.get("/readyz")
        assert answer.status == 503
        assert {name for name, said in answer.json()["checks"].items() if said != "ok"} == {gone}
        assert web.get("/readyz", STRANGER).json() == {"status": "not ready"}
        assert web.get("/healthz").status == 200, "alive, all the same"
        if gone == "database":
            surroundings.machine.until(lambda: web.get("/metrics").status == 503, "no figures")
    finally:
        server.start()
    surroundings.machine.until(lambda: web.get("/readyz").status == 200, f"{gone} to be back")


_NAMES = {"broker": "redis", "database": "postgres"}


def test_the_store_is_down(surroundings: _Surroundings) -> None:
    surroundings.store.__exit__(None, None, None)
    surroundings.store.__enter__()  # at another port: for this machine it stays away
    surroundings.machine.until(
        lambda: _checks(surroundings.web)["store"] != "ok", "the store to be missed"
    )
    answer = surroundings.web.get("/readyz")
    assert answer.status == 503
    others = {name: said for name, said in answer.json()["checks"].items() if name != "store"}
    assert others == {"database": "ok", "broker": "ok"}


def test_however_many_ask_the_others_are_asked_once() -> None:
    asked = []
    question = Question(lambda: asked.append(1), (OSError,))
    threads = [threading.Thread(target=question.answer) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (question.answer(), len(asked)) == ("ok", 1)


def test_a_server_that_hangs_holds_one_thread_and_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_S", 0.05)
    monkeypatch.setattr(asking, "FRESH_S", 0.0)
    free, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        assert free.wait(30)

    question = Question(hang, (OSError,))
    assert [question.answer() for _ in range(3)] == ["no answer"] * 3
    assert len(asked) == 1
    free.set()
    deadline = time.monotonic() + 30
    while question.answer() != "ok" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert question.answer() == "ok"


def test_what_is_wrong_is_named_by_its_kind_alone(tmp_path: Path) -> None:
    def refuse() -> None:
        raise ConnectionRefusedError("postgres.internal:5432 said no to holdfast/secret")

    assert Question(refuse, (OSError,)).answer() == "failed: ConnectionRefusedError"
