"""The service on a database of its own, SQLite or PostgreSQL, with real transactions and threads.

pytest-django's database wraps a test in one transaction of one thread; races need more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections

from service.connections import database

_Result = TypeVar("_Result")


def migrate(data: Path, **settings: str) -> None:
    """`holdfast migrate`, as the operator does it, for the data folder `data`."""
    subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={
            **os.environ,
            "HOLDFAST_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "service.settings",
            **settings,
        },
        check=True,
        capture_output=True,
    )


@contextmanager
def sqlite_of(template: Path, folder: Path) -> Iterator[None]:
    """Django's default database is a copy of the migrated SQLite in the data folder `template`."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    with _default(database(folder)):
        yield


@contextmanager
def postgresql_at(url: str) -> Iterator[None]:
    """Django's default database is the migrated PostgreSQL at `url`."""
    os.environ["HOLDFAST_DATABASE"] = url
    try:
        described = database(Path("/nonexistent"))
    finally:
        del os.environ["HOLDFAST_DATABASE"]
    with _default(described):
        yield


@contextmanager
def _default(described: dict[str, Any]) -> Iterator[None]:
    before = connections.settings["default"]
    _forget()
    connections.settings["default"] = connections.configure_settings({"default": described})[
        "default"
    ]
    try:
        yield
    finally:
        connections.close_all()
        _forget()
        connections.settings["default"] = before


def _forget() -> None:
    """This thread's connection object was made for the other database."""
    if hasattr(connections._connections, "default"):
        delattr(connections._connections, "default")


def in_threads(*acts: Callable[[], _Result]) -> list[_Result | BaseException]:
    """Do all `acts` at once, each in a thread with a connection of its own; what each gave or
    raised."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = acts[number]()
        except Exception as error:  # noqa: BLE001 (told to the test)
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
