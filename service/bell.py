"""The bell: tells the workers that there is something to do. It carries no work itself.

Whoever rings never waits: a thread does the ringing. Whatever is lost on the way is no loss: the
sweeper rings again for all that waits. While nobody listens, bells do not pile up: a queue in which
enough of them wait gets no more.
"""

from __future__ import annotations

import os
import queue as waiting_line
import threading
import time
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu import Producer
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from service.broker import options

CAPTURE = "workers.tasks.capture_next"
VERIFY = "workers.tasks.verify_again"
PROFILE = "workers.tasks.profile_next"
PROFILES = "profiles"
"""The queue of their bells: however many captures wait, they are not behind them."""
_FORGOTTEN_AFTER_S = {CAPTURE: None, VERIFY: 600, PROFILE: None}
"""None: a machine whose clock is ahead would hear no bell at all."""
_ENOUGH = 64
"""Bells that wait in one queue; far more than there are workers."""
_REST_S = 1.0
"""After a broker did not answer."""

_FAILURES = (OperationalError, KombuError, RedisError, OSError)

log = structlog.get_logger()


def ring(queue: str, times: int = 1) -> None:
    """Ring `times` times for `queue`, once the transaction in progress is committed."""
    if times:
        transaction.on_commit(lambda: _ringer(os.getpid()).ring(Bell(CAPTURE, queue, queue), times))


def ring_for_profiles(times: int = 1) -> None:
    """As `ring`, for profiles with something to do."""
    if times:
        bell = Bell(PROFILE, PROFILES, PROFILES)
        transaction.on_commit(lambda: _ringer(os.getpid()).ring(bell, times))


def ring_to_verify(capture: uuid.UUID) -> None:
    """Ask for the stored evidence of `capture` to be verified again, once this is committed.

    Somebody waits for it, and asks again if nothing comes: this bell alone is not rung again.
    """
    bell = Bell(VERIFY, str(capture), "capture")
    transaction.on_commit(lambda: _ringer(os.getpid()).ring(bell, 1))


@dataclass(frozen=True)
class Bell:
    """The `task` that is to be done, its one argument `of`, and the queue that it is put in."""

    task: str
    of: str
    queue: str


class Ringer:
    """Rings in a thread of its own, started by the first bell."""

    def __init__(self, url: str) -> None:
        self._app = Celery("bell", set_as_current=False)
        self._app.conf.update(options(url), broker_connection_timeout=1)
        self._asked: waiting_line.Queue[tuple[Bell, int]] = waiting_line.Queue(maxsize=1_000)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._heard = True

    def ring(self, bell: Bell, times: int) -> None:
        """Leave it to the thread; returns at once."""
        try:
            self._asked.put_nowait((bell, times))
        except waiting_line.Full:
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        asked = self._asked.get()
        while True:
            try:
                with self._app.connection_for_write() as connection:
                    connection.ensure_connection(max_retries=1, timeout=1)
                    with connection.channel() as channel:
                        producer = self._app.amqp.Producer(channel, auto_declare=False)
                        while True:
                            self._ring_now(producer, *asked)
                            self._heard = True
                            asked = self._asked.get()
            except _FAILURES as error:
                if not self._heard:  # else the connection was old: once more with a new one
                    time.sleep(_REST_S)
                    asked = self._asked.get()
                else:
                    log.warning("bell not heard", error=type(error).__name__)
                self._heard = False

    def _ring_now(self, producer: Producer, bell: Bell, times: int) -> None:
        channel: Any = producer.channel
        waiting = channel.queue_declare(bell.queue, durable=True).message_count
        for _ in range(min(times, _ENOUGH - waiting)):
            self._app.send_task(
                bell.task,
                args=[bell.of],
                queue=bell.queue,
                producer=producer,
                expires=_FORGOTTEN_AFTER_S[bell.task],
                retry=False,
                ignore_result=True,
            )


@cache
def _ringer(process: int) -> Ringer:
    """One a process: a thread does not survive a fork."""
    del process
    return Ringer(settings.BROKER_URL)
