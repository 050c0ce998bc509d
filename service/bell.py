"""The bell: tells the workers that there is something to do. It carries no work itself.

Whatever is lost on the way is no loss: the sweeper rings again for all that waits.
"""

from __future__ import annotations

import uuid
from functools import cache

import structlog
from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from service.broker import options

_CAPTURE = "workers.tasks.capture_next"
_VERIFY = "workers.tasks.verify_again"
_FORGOTTEN_AFTER_S = {_CAPTURE: 30, _VERIFY: 600}

log = structlog.get_logger()


def ring(queue: str, times: int = 1) -> None:
    """Ring `times` times for `queue`, once the transaction in progress is committed."""
    if times:
        transaction.on_commit(lambda: _ring_now(_CAPTURE, queue, queue, times))


def ring_to_verify(capture: uuid.UUID) -> None:
    """Ask for the stored evidence of `capture` to be verified again, once this is committed.

    Somebody waits for it, and asks again if nothing comes: this bell alone is not rung again.
    """
    transaction.on_commit(lambda: _ring_now(_VERIFY, str(capture), "capture", 1))


def _ring_now(task: str, what: str, queue: str, times: int) -> None:
    try:
        with _producer().connection_for_write() as connection:
            for _ in range(times):
                _producer().send_task(
                    task,
                    args=[what],
                    queue=queue,
                    connection=connection,
                    expires=_FORGOTTEN_AFTER_S[task],
                    retry=False,
                    ignore_result=True,
                )
    except (OperationalError, OSError) as error:
        log.warning("bell not heard", queue=queue, error=type(error).__name__)


@cache
def _producer() -> Celery:
    app = Celery("holdfast", broker=settings.BROKER_URL, set_as_current=False)
    app.conf.update(options(settings.BROKER_URL))
    return app
