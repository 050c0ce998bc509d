"""`holdfast serve`: the whole service on one machine."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django
from service.operations.supervisor import GaveUp, Part, Supervisor, python

_START_LIMIT_S = 60.0
_HOLDFAST = python("-m", "cli.main")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 for any free one.")] = 8000,
    processes: Annotated[
        int, typer.Option(envvar="HOLDFAST_WORKER_PROCESSES", min=1, help="One browser each.")
    ] = 2,
) -> None:
    """Run the service on this machine until Ctrl-C: web server, workers, clock, broker."""
    port = port or _free_port(host)
    _default("HOLDFAST_ORIGIN", f"http://{host}:{port}")
    _default("HOLDFAST_REPLAY_ORIGIN", f"http://{{capture}}.replay.localhost:{port}")
    set_up_django()
    from django.conf import settings  # noqa: PLC0415

    supervisor = Supervisor(show.complain)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, supervisor.stop)
    try:
        if broker := _broker(settings.DATA):
            supervisor.start(broker)
        subprocess.run([*_HOLDFAST, "migrate"], check=True, stdout=subprocess.DEVNULL)
        for part in _parts(f"{host}:{port}", processes):
            supervisor.start(part)
        _await_web(host, port, supervisor)
        show.line(f"Holdfast is at {os.environ['HOLDFAST_ORIGIN']}")
        _greet_the_first(host)
        show.line(f"Everything is kept in {settings.DATA}. Ctrl-C stops it.")
        supervisor.run()
    except (GaveUp, subprocess.CalledProcessError) as error:
        show.complain(str(error))
        raise typer.Exit(1) from error
    finally:
        supervisor.end()


def _greet_the_first(host: str) -> None:
    """Say how to make the administrator's account, while there is none."""
    from service.accounts import first  # noqa: PLC0415

    if not first.is_empty():
        return
    show.line("Open it to make the first account: it administers the system.")
    if not first.is_private(host):
        show.line(f"The setup code, which it asks for: {first.make_code()}")


def _default(name: str, value: str) -> None:
    os.environ[name] = os.environ.get(name) or value


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])


def _broker(data: Path) -> Part | None:
    """A private Redis on a socket, where there is one; else messages are files in a folder."""
    program = shutil.which("redis-server")
    if os.environ.get("HOLDFAST_BROKER") or program is None:
        return None
    folder = data / "redis"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A socket's path may have no more than 107 bytes; the data folder's may be longer.
    path = Path(f"/tmp/holdfast-{os.getpid()}.redis")  # noqa: S108 (mode 700, below)
    os.environ["HOLDFAST_BROKER"] = f"redis+socket://{path}"
    return Part(
        "redis",
        [
            *(program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
            *("--dir", str(folder), "--save", "60 1", "--daemonize", "no", "--loglevel", "warning"),
            *("--logfile", str(folder / "redis.log")),
        ],
    )


def _parts(bind: str, processes: int) -> list[Part]:
    return [
        Part("web", [*_HOLDFAST, "web", "--bind", bind]),
        # Somebody who waits never waits for a list: one process is kept for them alone.
        Part("express", _worker("express", "capture", 1), patience_s=30),
        Part("worker", _worker("worker", "capture,bulk", processes), patience_s=30),
        Part("beat", [*_HOLDFAST, "beat"]),
    ]


def _worker(name: str, queues: str, processes: int) -> list[str]:
    options = ["--name", name, "--queues", queues, "--processes", str(processes)]
    return [*_HOLDFAST, "worker", *options]


def _await_web(host: str, port: int, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not supervisor.stopped and not _answers(host, port):
        supervisor.tend()
        if time.monotonic() > deadline:
            raise GaveUp(f"The web server does not answer at {host}:{port}; see above.")
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
