"""The commit: what was accepted is in the database before anything is answered."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from django.conf import settings
from django.db import IntegrityError, transaction

from service.accounts.models import User
from service.bell import ring
from service.captures.models import UNFINISHED, Capture, Content, Queue, Submission
from service.captures.reading import Line
from service.cases.models import Case
from service.custody.chain import canonical
from service.custody.kinds import Kind
from service.custody.recording import Actor, record_first
from service.sessions.models import SuppliedSession

_BATCH = 500
_BELLS = 32


class KeyReused(Exception):
    """The idempotency key was used for another request."""


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `key` makes a repeated request the same request; `session`, which is
    the user's own, lets the pages be seen as they see them."""

    user: User
    actor: Actor
    case: Case
    lines: list[Line]
    note: str = ""
    key: str | None = None
    queue: Queue | None = None
    session: SuppliedSession | None = None

    @property
    def sha256(self) -> str:
        """Of what was asked, to tell a repetition from another request with the same key."""
        session = str(self.session.pk) if self.session else None
        typed = [line.typed for line in self.lines]
        asked = [str(self.case.pk), self.note, self.queue, session, typed]
        return sha256(canonical(asked)).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What became of one line: ``accepted``, ``duplicate`` (of `capture`) or ``refused``."""

    verdict: Literal["accepted", "duplicate", "refused"]
    url: str
    capture: uuid.UUID | None = None
    reason: str = ""


def submit(request: Request) -> list[Verdict]:
    """Commit every address that may be captured; one verdict a line, in order.

    Raises `KeyReused` where the key came with another request before.
    """
    try:
        with transaction.atomic():
            submission, is_new = _remember(request)
            if is_new:
                verdicts = _commit(request, submission)
                submission.verdicts = [_kept(verdict) for verdict in verdicts]
                submission.save(update_fields=["verdicts"])
                return verdicts
    except IntegrityError:  # the same request came twice in the same moment
        submission, _ = _remember(request)
    if submission.request_sha256 != request.sha256:
        raise KeyReused("This idempotency key was used for another request. Use a new one.")
    return [_read(kept) for kept in submission.verdicts]


def submit_inventory(case: Case, user: User, actor: Actor, url: str, asks: str) -> Capture:
    """Let the list of a profile be made and sealed, within the caller's transaction.

    `asks` stands where a page has its web site: an inventory asks none, so it waits for none.
    """
    capture = Capture.objects.create(
        sequence=time.time_ns(),
        case=case,
        submitted_by=user,
        url=url,
        host=asks,
        queue=Queue.BULK,
        content=Content.INVENTORY,
    )
    record_first([capture.pk], Kind.SUBMIT, actor, {"queue": Queue.BULK})
    ring(Queue.BULK)
    return capture


def _remember(request: Request) -> tuple[Submission, bool]:
    facts = {"case": request.case, "request_sha256": request.sha256}
    if request.key is None:
        return Submission.objects.create(user=request.user, **facts), True
    known = Submission.objects.filter(user=request.user, key=request.key).first()
    if known is not None:
        return known, False
    return Submission.objects.create(user=request.user, key=request.key, **facts), True


def _commit(request: Request, submission: Submission) -> list[Verdict]:
    waiting = _unfinished(request)
    first = time.time_ns()
    queue = request.queue or _queue_for(request.lines)
    verdicts, captures = [], []
    for number, line in enumerate(request.lines):
        if line.target is None:
            verdicts.append(Verdict("refused", line.typed, reason=line.refused))
            continue
        url = line.target.url
        if url in waiting:
            why = "The same address is in the queue of this case already."
            verdicts.append(Verdict("duplicate", url, waiting[url], why))
            continue
        capture = Capture(
            sequence=first + number,
            case=request.case,
            submission=submission,
            submitted_by=request.user,
            url=url,
            host=line.target.host[:255],
            note=request.note,
            session=request.session,
            with_session=request.session is not None,
            queue=queue,
        )
        waiting[url] = capture.pk
        captures.append(capture)
        verdicts.append(Verdict("accepted", url, capture.pk))
    Capture.objects.bulk_create(captures, batch_size=_BATCH)
    detail = {"queue": queue} | ({"session": str(request.session.pk)} if request.session else {})
    record_first((each.pk for each in captures), Kind.SUBMIT, request.actor, detail)
    ring(queue, min(len(captures), _BELLS))
    return verdicts


def _unfinished(request: Request) -> dict[str, uuid.UUID]:
    """What of these addresses is under way in this case, seen by the same eyes."""
    urls = [line.target.url for line in request.lines if line.target]
    found: dict[str, uuid.UUID] = {}
    for at in range(0, len(urls), _BATCH):
        rows = Capture.objects.filter(
            case=request.case,
            state__in=UNFINISHED,
            content=Content.PAGE,
            session=request.session,
            url__in=urls[at : at + _BATCH],
        )
        found.update(rows.values_list("url", "pk"))
    return found


def _queue_for(lines: list[Line]) -> Queue:
    return Queue.CAPTURE if len(lines) <= settings.EXPRESS_LINES else Queue.BULK


def _kept(verdict: Verdict) -> dict[str, Any]:
    capture = str(verdict.capture) if verdict.capture else None
    return {
        "verdict": verdict.verdict,
        "url": verdict.url,
        "capture": capture,
        "why": verdict.reason,
    }


def _read(kept: dict[str, Any]) -> Verdict:
    capture = uuid.UUID(kept["capture"]) if kept["capture"] else None
    return Verdict(kept["verdict"], kept["url"], capture, kept["why"])
