"""The Celery tasks: a thin skin over `workers.capturing` and the service's upkeep."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from service.accounts import sessions
from service.captures import sweeping
from service.captures.models import Queue
from service.captures.rereading import reread
from service.cases import inviting
from service.profiles import sweeping as profiles
from workers import rechecking
from workers.archiving.reading import LONGEST_S
from workers.archiving.working import work_once
from workers.capturing import capture_one
from workers.celery_app import app
from workers.webhooks import deliver

log = structlog.get_logger()


@app.task(name="workers.tasks.capture_next")
def capture_next(queue: str) -> None:
    """The bell rang for `queue`: do what is next, whoever's bell it was.

    A bell for ``bulk`` does what somebody waits for first.
    """
    queues = [Queue.CAPTURE] if queue == Queue.CAPTURE else [Queue.CAPTURE, Queue.BULK]
    with _database_may_be_away():
        capture_one(queues)


@app.task(name="workers.tasks.profile_next", time_limit=LONGEST_S + 600)
def profile_next(_: str) -> None:
    """The bell rang for profiles: do the next step of one."""
    with _database_may_be_away():
        work_once()


@app.task(name="workers.tasks.check_fixity")
def check_fixity() -> None:
    """Read stored bags again, for a part of a minute; the rest has its turn later."""
    reread(for_s=20)


@app.task(name="workers.tasks.sweep")
def sweep() -> None:
    """Queue again what lost workers held; begin repeats; ring for what waits."""
    with _database_may_be_away():
        sweeping.sweep()
        profiles.sweep()


@app.task(name="workers.tasks.verify_again")
def verify_again(capture_id: str) -> None:
    """Somebody wants the stored evidence to be verified once more."""
    rechecking.verify_again(uuid.UUID(capture_id))


@app.task(name="workers.tasks.deliver_webhooks")
def deliver_webhooks() -> None:
    """Send the messages to webhooks that are due."""
    with _database_may_be_away():
        deliver(for_s=4)


@app.task(name="workers.tasks.tidy")
def tidy() -> None:
    """Forget sessions that are over, and invitations that nobody answered."""
    with _database_may_be_away():
        sessions.remove_ended()
        inviting.remove_ended()


@contextmanager
def _database_may_be_away() -> Iterator[None]:
    """A bell is lost with it, and no more: there will be others."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        log.warning("the database is away", error=type(error).__name__)
