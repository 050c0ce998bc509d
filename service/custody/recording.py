"""Adding to the chain: always in the same transaction as what it tells of."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from service.custody.chain import FIELDS, GENESIS, digest_of, private_digest
from service.custody.kinds import AnyKind
from service.custody.models import Event


@dataclass(frozen=True)
class Actor:
    """Who did it: `kind` and `id` stand in the chain; `name` and `address` only as a digest."""

    kind: str
    id: str = ""
    name: str = ""
    address: str = ""

    @property
    def public(self) -> str:
        """The open part, such as ``user:0b1c…``."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


SYSTEM = Actor("system")


def record(
    capture: uuid.UUID, kind: AnyKind, actor: Actor, detail: dict[str, Any] | None = None
) -> Event:
    """Append an event to the chain of `capture`, within the caller's transaction.

    `detail` must hold no content of the evidence: it outlives an erasure. Raises `RuntimeError`
    outside a transaction. Two at once: the second waits (PostgreSQL: for the chain's first event;
    SQLite: for the transaction), and then sees what the first has added. Two that begin a chain:
    the second fails on the event's number, and its transaction with it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A custody event belongs in the transaction of what it tells of.")
    chain = Event.objects.filter(capture=capture)
    # Not the last event: whoever waited for that would still take it for the last.
    list(chain.filter(number=1).select_for_update().values_list("pk"))
    last = chain.order_by("-number").first()
    event = _event(capture, kind, actor, detail or {}, last)
    event.save(force_insert=True)
    return event


def record_first(
    captures: Iterable[uuid.UUID], kind: AnyKind, actor: Actor, detail: dict[str, Any]
) -> None:
    """Begin the chains of many captures at once."""
    with transaction.atomic():
        Event.objects.bulk_create(
            [_event(capture, kind, actor, detail, None) for capture in captures], batch_size=500
        )


def _event(
    capture: uuid.UUID,
    kind: AnyKind,
    actor: Actor,
    detail: dict[str, Any],
    last: Event | None,
) -> Event:
    private = {"name": actor.name, "address": actor.address, "salt": secrets.token_hex(16)}
    event = Event(
        capture=capture,
        number=last.number + 1 if last else 1,
        time=timezone.now().isoformat(timespec="microseconds"),
        kind=kind.value,
        actor=actor.public,
        detail=detail,
        private=private,
        private_sha256=private_digest(private),
        previous=last.digest if last else GENESIS,
    )
    event.digest = digest_of(as_dict(event))
    return event


def as_dict(event: Event, *, private: bool = False) -> dict[str, Any]:
    """The event as it is exported; its private part only where asked for."""
    fields = {name: getattr(event, name) for name in FIELDS if name != "capture"}
    told = {"capture": str(event.capture), **fields, "digest": event.digest}
    return {**told, "private": event.private} if private else told


def history(capture: uuid.UUID, *, private: bool = False) -> list[dict[str, Any]]:
    """The whole chain of a capture, oldest first."""
    events = Event.objects.filter(capture=capture).order_by("number")
    return [as_dict(event, private=private) for event in events]
