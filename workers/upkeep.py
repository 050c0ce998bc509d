"""Each task of the upkeep is noted when it has come to its end, so that its absence is noticed."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import signals
from django.db import DatabaseError

from service.operations import vitals
from workers import alive

_PREFIX = "workers.tasks."
_NO_UPKEEP = {f"{_PREFIX}capture_next", f"{_PREFIX}profile_next"}

log = structlog.get_logger()
_began: dict[str, float] = {}


@signals.task_prerun.connect
def _begin(task_id: str, **_: Any) -> None:
    _began[task_id] = time.monotonic()


@signals.task_postrun.connect
def _end(task_id: str, task: Any, state: str | None, **_: Any) -> None:
    took = time.monotonic() - _began.pop(task_id, time.monotonic())
    if task.name in _NO_UPKEEP or state != "SUCCESS":
        return
    try:
        alive.touch(task.name.removeprefix(_PREFIX))
        vitals.done(task.name.removeprefix(_PREFIX), took)
    except (DatabaseError, OSError) as error:
        log.warning("upkeep not noted", task=task.name, error=type(error).__name__)
