"""Waiting messages: leased one by one, so that two workers never both send one; tried for a day.

::

              claim             delivered
    waiting ────────> leased ──────────────> delivered
       ^                │
       └──── failed ────┴─── failed (last try, or gone) ───> given up

A worker that dies leaves a lease that runs out; then the message is sent again, with the same
``webhook-id``: a receiver may see a message twice, and never misses one that could be delivered.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from service.encryption import SecretLost
from service.webhooks.models import Delivery, Webhook
from service.webhooks.secret import key_of
from service.webhooks.signing import headers

WAITS_S = (5, 300, 1_800, 7_200, 18_000, 28_800, 36_000)
"""Seconds after each failed try: eight tries in about 25 hours."""
LEASE_S = 60.0
LONG_FAILURE = timedelta(days=3)
"""A webhook at which nothing has arrived for so long is disabled when it fails again for good."""
_SHARE = 4
"""Messages of one webhook at a time; one only, while it fails."""
_WORKERS = 4
"""How many may be at the same webhook's messages without one of them going away empty-handed."""
_REST = timedelta(minutes=1)
"""What else waits for a webhook waits so long after a failure."""
_LONGEST_WAIT_S = 86_400.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Parcel:
    """One message, ready to be sent by whoever holds its lease."""

    delivery: uuid.UUID
    lease: uuid.UUID
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What came of a try, in words without a secret; `wait_s` is what the receiver wished."""

    words: str
    is_taken: bool = False
    is_gone: bool = False
    wait_s: float = 0


def claim(most: int) -> list[Parcel]:
    """Lease up to `most` messages that are due, of as many webhooks as there are."""
    parcels: list[Parcel] = []
    for webhook in _longest_waiting(most):
        share = 1 if webhook.failing_since else _SHARE
        parcels += _claim_some(webhook, min(share, most - len(parcels)))
    return parcels


def settle(parcel: Parcel, answer: Answer) -> None:
    """Note what came of it; nothing where the lease is somebody else's by now."""
    delivery = Delivery.objects.select_related("webhook").filter(pk=parcel.delivery).first()
    if delivery is None:
        return
    now = timezone.now()
    if answer.is_taken:
        if _end(delivery, parcel.lease, answer, delivered=now):
            Webhook.objects.filter(pk=delivery.webhook_id).update(failing_since=None)
    else:
        _failed(delivery, parcel.lease, answer, now)


def _due(now: datetime) -> QuerySet[Delivery]:
    return _free(now).filter(webhook__disabled=None)


def _free(now: datetime) -> QuerySet[Delivery]:
    """Says nothing about other tables: PostgreSQL looks again at a row that it had to wait for,
    but not at what a join or a subquery had found before, and a lease would be taken twice."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Delivery.objects.filter(free, delivered=None, given_up=None, not_before__lte=now)


def _longest_waiting(most: int) -> list[Webhook]:
    waiting = _due(timezone.now()).values_list("webhook").annotate(first=Min("not_before"))
    ids = [webhook for webhook, _ in waiting.order_by("first")[:most]]
    known = Webhook.objects.in_bulk(ids)
    return [known[each] for each in ids if each in known]


def _claim_some(webhook: Webhook, share: int) -> list[Parcel]:
    """Up to `share`; past those that another worker takes at this moment."""
    parcels: list[Parcel] = []
    due = _due(timezone.now()).filter(webhook=webhook).order_by("not_before", "pk")
    for delivery in due[: share * _WORKERS]:
        if len(parcels) == share:
            break
        parcel = _claim(delivery, webhook)
        if parcel is not None:
            parcels.append(parcel)
    return parcels


def _claim(delivery: Delivery, webhook: Webhook) -> Parcel | None:
    now, lease = timezone.now(), uuid.uuid4()
    won = (
        _free(now)
        .filter(pk=delivery.pk)
        .update(
            attempts=F("attempts") + 1, lease=lease, lease_until=now + timedelta(seconds=LEASE_S)
        )
    )
    if not won:
        return None
    body = delivery.body.encode()
    try:
        key = key_of(webhook.secret)
    except SecretLost as error:
        disable(webhook, f"{error} Make the webhook anew.")
        return None
    signed = headers(key, f"msg_{delivery.pk.hex}", int(time.time()), body)
    return Parcel(delivery.pk, lease, webhook.url, body, signed)


def _failed(delivery: Delivery, lease: uuid.UUID, answer: Answer, now: datetime) -> None:
    webhook = delivery.webhook
    if answer.is_gone or delivery.attempts > len(WAITS_S):
        ended = _end(delivery, lease, answer, given_up=now)
    else:
        ended = _end(delivery, lease, answer, not_before=now + _wait(delivery.attempts, answer))
    if not ended:
        return
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    if answer.is_gone:
        disable(webhook, "The receiver said that it is gone for good (HTTP 410).")
    elif _is_hopeless(delivery, webhook, now):
        days = LONG_FAILURE.days
        disable(webhook, f"Nothing arrived for {days} days; last: {answer.words}")
    else:
        _let_rest(webhook, now)


def _is_hopeless(delivery: Delivery, webhook: Webhook, now: datetime) -> bool:
    since = webhook.failing_since
    return delivery.attempts > len(WAITS_S) and since is not None and now - since > LONG_FAILURE


def _wait(attempts: int, answer: Answer) -> timedelta:
    spread = 1 + random.random() / 10  # noqa: S311 (so that not all come back at once)
    asked = min(answer.wait_s, _LONGEST_WAIT_S)
    return timedelta(seconds=max(WAITS_S[attempts - 1] * spread, asked))


def _end(delivery: Delivery, lease: uuid.UUID, answer: Answer, **changes: datetime) -> bool:
    return bool(
        Delivery.objects.filter(pk=delivery.pk, lease=lease).update(
            lease=None, lease_until=None, last_answer=answer.words[:200], **changes
        )
    )


def _let_rest(webhook: Webhook, now: datetime) -> None:
    """So that a receiver that is down is not asked once for each message that waits for it."""
    rest = now + _REST
    waiting = Delivery.objects.filter(webhook=webhook, delivered=None, given_up=None, attempts=0)
    waiting.filter(not_before__lt=rest).update(not_before=rest)


def disable(webhook: Webhook, why: str) -> None:
    """Tell `webhook` nothing more; what waits for it is given up. The case shows `why`."""
    now = timezone.now()
    if Webhook.objects.filter(pk=webhook.pk, disabled=None).update(disabled=now, why=why[:300]):
        Delivery.objects.filter(webhook=webhook, delivered=None, given_up=None).update(
            given_up=now, lease=None, lease_until=None
        )
        log.warning("webhook disabled", webhook=str(webhook.pk), why=why)
