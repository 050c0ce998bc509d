"""Something happened to a capture: a message for each webhook of its case that wants to know.

The message is queued in the transaction of what it tells of, so neither is ever without the other.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from service.captures.models import Capture
from service.webhooks.models import Delivery, Event, Webhook


def notify(capture_id: uuid.UUID, event: Event, more: dict[str, Any] | None = None) -> None:
    """Queue `event` within the caller's transaction, with `more` in its data. Raises `RuntimeError`
    outside one.

    An erasure also takes back what was to be told of the capture before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A message belongs in the transaction of what it tells of.")
    capture = Capture.objects.get(pk=capture_id)
    if event is Event.ERASED:
        _forget(capture_id)
    listening = Webhook.objects.filter(case=capture.case_id, disabled=None)
    Delivery.objects.bulk_create(
        [
            Delivery(
                webhook=webhook,
                capture=capture_id,
                event=event,
                body=_body(capture, event, webhook, more or {}),
            )
            for webhook in listening
            if event in webhook.events
        ]
    )


def _body(capture: Capture, event: Event, webhook: Webhook, more: dict[str, Any]) -> str:
    """IDs, words of ours and a hash: nothing of the page, unless the webhook asks for its URL."""
    data: dict[str, Any] = {
        "capture": str(capture.pk),
        "case": str(capture.case_id),
        "state": capture.state,
        "outcome": capture.outcome,
        "reason": capture.reason,
        "statement_sha256": capture.statement_sha256,
        **more,
    }
    when = timezone.now()
    if event is Event.ALARM:
        data["fixity"] = capture.fixity
    if webhook.with_url and event is not Event.ERASED:
        data["url"] = capture.url
    told = {"type": event.value, "timestamp": when.isoformat(timespec="microseconds"), "data": data}
    return json.dumps(told, separators=(",", ":"))


def _forget(capture_id: uuid.UUID) -> None:
    told = Delivery.objects.filter(capture=capture_id)
    told.filter(delivered=None, given_up=None).update(
        given_up=timezone.now(), lease=None, lease_until=None, last_answer="The capture was erased."
    )
    told.update(body="")
