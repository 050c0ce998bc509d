"""`holdfast serve`: the whole service on one machine."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django
from cli.processes import scratch_folder
from service.operations.supervisor import GaveUp, Part, Supervisor, python

_START_LIMIT_S = 60.0
_HOLDFAST = python("-m", "cli.main")


class CannotServe(Exception):
    """Something is in the way; the message says what, and what to do."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 for any free one.")] = 8000,
    processes: Annotated[
        int, typer.Option(envvar="HOLDFAST_WORKER_PROCESSES", min=1, help="One browser each.")
    ] = 2,
) -> None:
    """Run the service on this machine until Ctrl-C: web server, workers, clock, broker."""
    try:
        port = _free_port(host, port)
        _default("HOLDFAST_ORIGIN", f"http://{_written(host)}:{port}")
        _default("HOLDFAST_REPLAY_ORIGIN", f"http://{{capture}}.replay.localhost:{port}")
        set_up_django()
        from django.conf import settings  # noqa: PLC0415

        with _alone(settings.DATA):
            _serve(settings.DATA, host, port, processes)
    except (CannotServe, GaveUp, subprocess.CalledProcessError) as error:
        show.complain(str(error))
        raise typer.Exit(1) from error


def _serve(data: Path, host: str, port: int, processes: int) -> None:
    supervisor = Supervisor(show.complain)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, supervisor.stop)
    if os.geteuid() == 0:
        show.complain("running as root: Chromium's sandbox is off. Another user is safer.")
    shutil.rmtree(scratch_folder(data))  # of an earlier run that was killed
    os.environ["TMPDIR"] = str(scratch_folder(data))
    try:
        with _broker(data, supervisor):
            _migrate(data)
            for part in _parts(data, f"{_written(host)}:{port}", processes):
                supervisor.start(part)
            _await_web(host, port, supervisor)
            if not supervisor.stopped:
                _greet(data, host)
            supervisor.run()
            show.complain("stopping; Ctrl-C again stops at once")
            supervisor.end()
    finally:
        supervisor.stop()
        supervisor.stop()
        supervisor.end()


def _greet(data: Path, host: str) -> None:
    """Say where it is, and how to make the administrator's account while there is none."""
    from service.accounts import first  # noqa: PLC0415

    show.line(f"Everything is kept in {data}; logs are in {data / 'logs'}. Ctrl-C stops it.")
    if first.is_empty():
        show.line("Open it to make the first account: it administers the system.")
        if not first.is_private(host):
            show.line(f"The setup code, which it asks for: {first.make_code()}")
    show.line(f"Holdfast is at {os.environ['HOLDFAST_ORIGIN']}")


def _default(name: str, value: str) -> None:
    os.environ[name] = os.environ.get(name) or value


def _written(host: str) -> str:
    """An IPv6 address stands in brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]" if ":" in host else host


def _free_port(host: str, port: int) -> int:
    """The port, where it can be had. Raises `CannotServe`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise CannotServe(
            f"Port {port} of {host} cannot be used: {error.strerror}. "
            "Choose another one, such as --port 8001, or --port 0 for any that is free."
        ) from error


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One service for one data folder. Raises `CannotServe`."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotServe(
                f"Holdfast is running already with {data}, at {lock.read()}. "
                "Set HOLDFAST_DATA to another folder for a second one."
            ) from error
        lock.truncate(0)
        lock.write(os.environ["HOLDFAST_ORIGIN"])
        lock.flush()
        yield


@contextmanager
def _broker(data: Path, supervisor: Supervisor) -> Iterator[None]:
    """A private Redis on a socket, where there is one; else messages are files in a folder."""
    from service.broker import forget_messages  # noqa: PLC0415
    from service.connections import broker_url  # noqa: PLC0415

    program = shutil.which("redis-server")
    if os.environ.get("HOLDFAST_BROKER") or program is None:
        forget_messages(broker_url(data))
        yield
        return
    folder = data / "redis"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    # A socket's path may have no more than 107 bytes (unix(7)): this one is short wherever it is.
    path = f"/proc/{os.getpid()}/fd/{descriptor}/socket"
    os.environ["HOLDFAST_BROKER"] = f"redis+socket://{path}"
    supervisor.start(
        Part(
            "redis",
            [
                *(program, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"),
                *("--dir", str(folder), "--save", "60 1", "--loglevel", "warning"),
            ],
            data / "logs" / "redis.log",
            rank=0,
        )
    )
    try:
        yield
    finally:
        os.close(descriptor)


def _migrate(data: Path) -> None:
    logs = data / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    with (logs / "migrate.log").open("ab") as log:
        subprocess.run([*_HOLDFAST, "migrate"], check=True, stdout=log)


def _parts(data: Path, bind: str, processes: int) -> list[Part]:
    logs = data / "logs"
    return [
        Part("web", [*_HOLDFAST, "web", "--bind", bind], logs / "web.log"),
        # Somebody who waits never waits for a list: one process is kept for them alone.
        Part("express", _worker("express", "capture", 1), logs / "express.log"),
        Part("worker", _worker("worker", "capture,bulk,profiles", processes), logs / "worker.log"),
        Part("beat", [*_HOLDFAST, "beat"], logs / "beat.log"),
    ]


def _worker(name: str, queues: str, processes: int) -> list[str]:
    options = ["--name", name, "--queues", queues, "--processes", str(processes)]
    return [*_HOLDFAST, "worker", *options]


def _await_web(host: str, port: int, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not supervisor.stopped and not _answers(host, port):
        supervisor.tend()
        if time.monotonic() > deadline:
            raise GaveUp(f"The web server does not answer at {host}:{port}: see its log.")
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"{_written(host)}:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
