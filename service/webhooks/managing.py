"""What the owner of a case does with its webhooks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from capture.errors import InvalidTarget
from capture.target import parse_target
from service.accounts.models import User
from service.cases.access import NotFound, case_for
from service.cases.models import Case
from service.cases.roles import Act
from service.webhooks.models import Delivery, Event, Webhook
from service.webhooks.secret import encrypted, new_secret

MOST = 20
"""Webhooks of one case."""


class NotPossible(Exception):
    """It cannot be done; the message says why and what to do."""


def make_webhook(
    case: Case, user: User, url: str, events: Sequence[Event], *, with_url: bool = False
) -> tuple[str, Webhook]:
    """A new webhook; return its secret, which is not shown again, and its row.

    Whether its address may be reached is decided when a message is sent, as for every page: a name
    can change its answer. Raises `NotPossible`.
    """
    try:
        target = parse_target(url)
    except InvalidTarget as error:
        raise NotPossible(str(error)) from error
    if with_url and target.scheme != "https":
        raise NotPossible("Addresses of pages are told only to a webhook at https://…")
    if Webhook.objects.filter(case=case).count() >= MOST:
        raise NotPossible(f"A case has at most {MOST} webhooks. Delete one that is not needed.")
    secret = new_secret()
    webhook = Webhook.objects.create(
        case=case,
        made_by=user,
        url=target.url,
        secret=encrypted(secret),
        events=sorted(set(events)),
        with_url=with_url,
    )
    return secret, webhook


def find_webhook(user: User, webhook_id: uuid.UUID) -> Webhook:
    """The webhook, where `user` manages its case. Raises `NotFound`, `NotAllowed`."""
    webhook = Webhook.objects.filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound("There is no such webhook.")
    try:
        case_for(user, webhook.case_id, Act.MANAGE)
    except NotFound:
        raise NotFound("There is no such webhook.") from None
    return webhook


def delete_all_of(user: User, case: Case) -> int:
    """Remove what `user` had told of `case`: they may no longer. How many webhooks there were."""
    return Webhook.objects.filter(case=case, made_by=user).delete()[0]


def redeliver(webhook: Webhook, delivery_id: uuid.UUID) -> Delivery:
    """Send a message once more, now, whatever came of it. Raises `NotFound`, `NotPossible`."""
    delivery = Delivery.objects.filter(webhook=webhook, pk=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no such message.")
    if webhook.disabled is not None:
        raise NotPossible(f"The webhook is disabled. {webhook.why} Make it anew.")
    if not delivery.body:
        raise NotPossible("The capture was erased, and with it the message.")
    free = Delivery.objects.filter(pk=delivery.pk, lease=None).exclude(body="")
    if not free.update(delivered=None, given_up=None, attempts=0, not_before=timezone.now()):
        raise NotPossible("The message is being sent at this moment. Look again in a minute.")
    delivery.refresh_from_db()
    return delivery


def notices(case: Case) -> list[str]:
    """What the people of `case` should know of its webhooks, in sentences; usually nothing."""
    disabled = Webhook.objects.filter(case=case).exclude(disabled=None).order_by("disabled")
    return [
        f"The webhook to {parse_target(webhook.url).host} was switched off on "
        f"{webhook.disabled:%d %B %Y}. {webhook.why}"
        for webhook in disabled
    ]
