"""The Celery application: how the workers listen for the bell.

A message is only a bell (`service.bell`); so it is acknowledged late and rejected when a worker is
lost, and nothing hangs on whether it arrives once, twice or never.

Bells for nothing count as tasks, so a process is replaced after many of them; its browser, which is
what grows, after a hundred captures (`workers.browsers`).
"""

from __future__ import annotations

import gc
import logging
import os
import time
from datetime import UTC, datetime, timedelta

import django
from celery import Celery, signals
from celery.schedules import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
django.setup()

from django.conf import settings  # noqa: E402 (Django has to be set up first)

from service.broker import options  # noqa: E402
from service.operations.logs import set_up_logs  # noqa: E402
from workers import alive, stopping  # noqa: E402, F401 (`stopping` listens for Celery's signals)
from workers.settings import capture_limit_s  # noqa: E402

_STORING_S = 900
"""For packing, and for bringing what waits in the outbox to the store."""


def _steady() -> datetime:
    """A time that nobody sets: a clock that is set back by an hour must not stop the upkeep."""
    return datetime.fromtimestamp(time.monotonic(), UTC)


def _every(task: str, seconds: float) -> dict[str, object]:
    """A line of the schedule; a message that nobody heard in time is not kept for later."""
    return {
        "task": f"workers.tasks.{task}",
        "schedule": schedule(timedelta(seconds=seconds), nowfun=_steady),
        "options": {"queue": "upkeep", "expires": seconds},
    }


app = Celery("holdfast", include=["workers.tasks", "workers.upkeep"])
alive.install(app)
app.conf.update(
    options(settings.BROKER_URL),
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    # Seconds. A capture's own limits end it long before; a process that is stuck is killed.
    task_time_limit=capture_limit_s() + _STORING_S,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1_000,
    worker_max_memory_per_child=1 << 20,  # KiB
    worker_cancel_long_running_tasks_on_connection_loss=False,  # the lease decides, not the broker
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue="capture",
    beat_scheduler="celery.beat:Scheduler",  # in memory: everything in it is due again soon
    beat_schedule={
        "sweep": _every("sweep", 5),
        "deliver webhooks": _every("deliver_webhooks", 5),
        "check fixity": _every("check_fixity", 60),
        "tidy": _every("tidy", 3_600),
    },
)


@signals.worker_before_create_process.connect
def _share(**_: object) -> None:
    """What is loaded before a process is forked stays shared with it: its collector, which would
    write to each object's head, leaves that alone."""
    gc.collect()
    gc.freeze()


set_up_logs()  # from the first line on
for _talker in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
    logging.getLogger(_talker).setLevel(logging.WARNING)  # that a bell was heard is no news


@signals.setup_logging.connect
def _logs(**_: object) -> None:
    """Celery sets up no logs of its own where somebody answers this signal."""
