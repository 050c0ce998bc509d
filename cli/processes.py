"""`holdfast web`, `worker`, `beat`, `migrate`: the processes that the service consists of.

The same commands run under `holdfast serve` on one machine and in the containers of many.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cli.django_setup import set_up_django

_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO")
_WITHOUT_ITS_WARNING_OF_ROOT = ("-W", "ignore:::celery.platforms")  # `serve` says it in our words


def web(
    bind: Annotated[
        str, typer.Option(envvar="HOLDFAST_BIND", help="Address and port to listen at.")
    ] = "127.0.0.1:8000",
    processes: Annotated[int, typer.Option(envvar="HOLDFAST_WEB_PROCESSES", min=1)] = 2,
    threads: Annotated[int, typer.Option(envvar="HOLDFAST_WEB_THREADS", min=1)] = 4,
) -> None:
    """Run the web server."""
    _become(
        "-m",
        "gunicorn",
        "service.wsgi:application",
        f"--bind={bind}",
        f"--workers={processes}",
        f"--threads={threads}",
        "--worker-class=gthread",
        "--worker-tmp-dir=/dev/shm",
        "--max-requests=5000",
        "--max-requests-jitter=500",
        "--timeout=120",
        "--graceful-timeout=15",
        "--no-control-socket",
        "--logger-class=service.operations.webserver.WebServerLogger",
    )


def worker(
    queues: Annotated[
        str, typer.Option(envvar="HOLDFAST_QUEUES", help="Which queues, separated by commas.")
    ] = "capture,bulk,profiles",
    processes: Annotated[
        int, typer.Option(envvar="HOLDFAST_WORKER_PROCESSES", min=1, help="One browser each.")
    ] = 2,
    name: Annotated[str, typer.Option(help="Tells workers of one machine apart.")] = "worker",
) -> None:
    """Run a worker: it captures what is in the queues."""
    _celery("worker", f"--queues={queues}", f"--concurrency={processes}", f"--hostname={name}@%h")


def beat() -> None:
    """Run the clock: once for the whole service. It also does the upkeep."""
    _celery("worker", "--beat", "--queues=upkeep", "--concurrency=2", "--hostname=beat@%h")


def migrate() -> None:
    """Bring the database to this version's form; safe to repeat."""
    set_up_django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=1)
    call_command("createcachetable", verbosity=0)
    from service.evidence.keeping import prepare_store  # noqa: PLC0415

    prepare_store()


def scratch_folder(data: Path) -> Path:
    """Where this installation's temporary files are, the browsers' among them."""
    place = data / "work"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _celery(*arguments: str) -> NoReturn:
    set_up_django()  # a bad setting is told in words, before Celery
    from django.conf import settings  # noqa: PLC0415

    os.environ.setdefault("TMPDIR", str(scratch_folder(settings.DATA)))
    _become(
        *(*_WITHOUT_ITS_WARNING_OF_ROOT, "-m", "celery"),
        *("--app=workers.celery_app:app", "--quiet", *arguments, *_QUIET),
    )


def _become(*arguments: str) -> NoReturn:
    """Replace this process, so that whoever started it has the real one in hand."""
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606
