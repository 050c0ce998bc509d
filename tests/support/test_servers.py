"""The servers for tests: real ones, that come back as promised and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.support.servers import (
    Database,
    NotInstalled,
    NotStarted,
    NotStopped,
    Postgres,
    Redis,
    server,
)
from tests.support.servers import postgres as postgres_module
from tests.support.servers import redis as redis_module
from tests.support.servers.fixtures import database, durable_postgres, postgres_server, redis_server
from tests.support.servers.janitor import processes_in
from tests.support.servers.redis import free_port

__all__ = ["database", "durable_postgres", "postgres_server", "redis_server"]  # to pytest

ROOT = Path(__file__).parent.parent.parent


def client(of: Redis) -> redis.Redis:
    return redis.Redis.from_url(of.url, retry=None, decode_responses=True)


def run(target: Database, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(target.url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def segment(of: Postgres) -> str:
    """The number of its System V shared memory, as postmaster.pid ends with it."""
    return (of.directory / "data/postmaster.pid").read_text("ascii").splitlines()[6].split()[-1]


def segments() -> set[str]:
    lines = Path("/proc/sysvipc/shm").read_text("ascii").splitlines()
    return {line.split()[1] for line in lines[1:]}


@pytest.fixture
def filled(redis_server: Redis) -> Redis:
    with client(redis_server) as connection:
        connection.set("bell", "rung")
    return redis_server


@pytest.mark.parametrize("end", [Redis.stop, Redis.kill])
def test_redis_comes_back_empty_at_the_same_address(filled, end):
    before = filled.url
    end(filled)
    assert not filled.running
    with client(filled) as connection, pytest.raises(redis.ConnectionError):
        connection.ping()
    filled.start()
    assert filled.url == before
    with client(filled) as connection:
        assert connection.get("bell") is None


@pytest.mark.parametrize("end", [Redis.stop, Redis.kill])
def test_redis_comes_back_with_its_data(end):
    with Redis(keeps_data=True) as kept:
        with client(kept) as connection:
            for number in range(100):
                connection.set(f"bell-{number}", number)
        end(kept)
        kept.start()
        with client(kept) as connection:
            assert connection.dbsize() == 100


def test_redis_asks_for_its_password(filled):
    url = f"redis://{filled.url.rpartition('@')[2]}"
    with redis.Redis.from_url(url) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.get("bell")


def test_redis_takes_another_port_where_somebody_was_faster(monkeypatch, filled):
    taken = int(filled.url.rpartition(":")[2].partition("/")[0])
    ports = iter([taken, free_port()])
    monkeypatch.setattr(redis_module, "free_port", ports.__next__)
    with Redis() as second:
        assert second.url.rpartition(":")[2] != filled.url.rpartition(":")[2]


def test_what_does_not_start_shows_its_log(filled):
    filled.stop()
    (filled.directory / "redis.conf").write_text("no-such-setting yes")
    with pytest.raises(NotStarted, match="no-such-setting yes"):
        filled.start()


def test_what_does_not_stop_is_killed_and_said(monkeypatch, filled):
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    monkeypatch.setattr(filled, "end_signal", signal.SIGCONT)
    with pytest.raises(NotStopped):
        filled.stop()
    assert not filled.running


def test_what_runs_is_not_started_twice(filled):
    with pytest.raises(NotStarted, match="runs already"):
        filled.start()


def test_what_is_not_installed_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        NotInstalled, match=r"redis-server is not installed\. Run: make setup-tests"
    ):
        Redis()
    monkeypatch.setattr(postgres_module, "_KEPT", tmp_path)
    with pytest.raises(NotInstalled, match="PostgreSQL"):
        Postgres()


def test_databases_are_empty_and_apart(postgres_server):
    with postgres_server.database() as one, postgres_server.database() as other:
        run(one, "CREATE TABLE submitted (url text)")
        assert run(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
        name = one.name
    known = "SELECT count(*) FROM pg_database WHERE datname = %s"
    with psycopg.connect(postgres_server.url) as connection:
        assert connection.execute(known, [name]).fetchone() == (0,)


def test_a_copy_has_everything_and_changes_alone(database, postgres_server):
    run(database, "CREATE TABLE submitted (url text); INSERT INTO submitted VALUES ('a'), ('b')")
    with postgres_server.database(copy_of=database) as copy:
        run(copy, "DELETE FROM submitted")
    assert run(database, "SELECT count(*) FROM submitted") == [(2,)]


def test_a_database_goes_whoever_is_connected(postgres_server):
    fresh = postgres_server.database()
    with psycopg.connect(fresh.url) as connection:
        fresh.drop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_the_service_is_no_superuser(database):
    assert run(database, "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user") == [
        ("holdfast", False)
    ]


def test_postgres_does_not_run_as_root(postgres_server):
    assert Path(f"/proc/{postgres_server.pid}").stat().st_uid != 0


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill])
def test_postgres_comes_back_with_what_was_committed(durable_postgres, end):
    target = durable_postgres.database()
    run(target, "CREATE TABLE submitted (url text)")
    with psycopg.connect(target.url) as connection:
        connection.execute("INSERT INTO submitted VALUES ('committed')")
        connection.commit()
        connection.execute("INSERT INTO submitted VALUES ('not committed')")
        end(durable_postgres)
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
    assert processes_in(durable_postgres.directory) == []
    durable_postgres.start()
    assert run(target, "SELECT url FROM submitted") == [("committed",)]


def test_durable_is_what_postgres_promises(durable_postgres, database):
    with durable_postgres.database() as safe:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert run(safe, f"SHOW {name}") == [("on",)]
            assert run(database, f"SHOW {name}") == [("off",)]


@pytest.mark.parametrize("end", [None, "stop", "kill"])
@pytest.mark.parametrize("kind", [Redis, Postgres])
def test_nothing_is_left(kind, end):
    with kind() as running:
        directory = running.directory
        assert processes_in(directory)
        memory = segment(running) if kind is Postgres else "none"
        assert kind is Redis or memory in segments()
        if end:
            getattr(running, end)()
    assert not directory.exists()
    assert processes_in(directory) == []
    assert memory not in segments()


DYING = """
import time
from tests.support.servers import Postgres, Redis
with Redis() as redis, Postgres() as postgres:
    print(redis.directory, postgres.directory, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def dying() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", DYING]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_test_process_that_dies(dying, how):
    directories = [Path(path) for path in dying.stdout.readline().split()]
    assert [bool(processes_in(each)) for each in directories] == [True, True]
    os.killpg(dying.pid, how)  # as a terminal does
    dying.wait(60)
    deadline = time.monotonic() + 60
    while any(each.exists() for each in directories) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [each for each in directories if each.exists() or processes_in(each)] == []


FAILING = """
import psycopg, pytest, redis
from tests.support.servers.fixtures import database, postgres_server, redis_server

def test_it(database, redis_server):
    with psycopg.connect(database.url) as connection:
        connection.execute("SELECT nonsense")
"""


def test_a_failed_test_shows_the_logs(tmp_path):
    (tmp_path / "test_failing.py").write_text(FAILING)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0"]
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, tmp_path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed" in done.stdout
    assert "--- log of Postgres" in done.stdout
    assert 'ERROR:  column "nonsense" does not exist' in done.stdout
    assert "--- log of Redis" in done.stdout
    assert "Ready to accept connections" in done.stdout
