"""A worker says now and then that it is at work: to the database, and by a file for its machine.

The sign comes from the loop that listens for the bell. A worker that hangs there, or has lost the
broker, falls silent, whether or not its process still exists.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import structlog
from celery import Celery, bootsteps
from django.conf import settings
from django.db import DatabaseError, connection

from service.operations import vitals
from workers import outbox

log = structlog.get_logger()


class Alive(bootsteps.StartStopStep):
    """A part of Celery's worker process, not of its children."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._entry: Any = None

    def start(self, parent: Any) -> None:
        """The first sign at once, then one every `vitals.BEAT_S`."""
        _tell(parent.hostname)
        self._entry = parent.timer.call_repeatedly(vitals.BEAT_S, _look, (parent,))

    def stop(self, parent: Any) -> None:
        """It has ended as it should: nobody need wonder where it is."""
        if self._entry is not None:
            self._entry.cancel()
        sign(parent.hostname).unlink(missing_ok=True)
        try:
            vitals.gone(parent.hostname)
        except DatabaseError as error:
            log.warning("farewell not noted", error=type(error).__name__)


def install(app: Celery) -> None:
    """Let every worker of `app` give signs of life."""
    app.steps["worker"].add(Alive)


def sign(name: str) -> Path:
    """The file that the worker `name` touches, for health checks that must cost nothing."""
    folder: Path = settings.DATA / "alive"
    return folder / name.replace("/", "_")


def touch(name: str) -> None:
    """Touch that file. Raises `OSError`."""
    file = sign(name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)


def _look(parent: Any) -> None:
    """A clock that stands still has no use: end, so that whoever started it starts another."""
    if parent.beat is not None and not parent.beat.is_alive():
        log.critical("the clock has stopped")
        os.kill(os.getpid(), signal.SIGTERM)
        return
    _tell(parent.hostname)


def _tell(name: str) -> None:
    try:
        touch(name)
        waiting, unclaimed = outbox.numbers()
        free = shutil.disk_usage(settings.DATA).free
        vitals.seen(name, disk_free=free, outbox=waiting, unclaimed=unclaimed)
    except (OSError, DatabaseError) as error:
        log.warning("sign of life not noted", error=type(error).__name__)
    finally:
        connection.close()  # no open connection may be there when a child is forked
