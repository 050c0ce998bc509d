"""Webhooks of a case: only its owners see or change them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from service.api.v1 import problems
from service.api.v1.authentication import READ_CASES, WRITE_CASES, person
from service.api.v1.paging import Cursor, next_page, page
from service.api.v1.problems import Problem
from service.api.v1.strict import Id, Input, Limit
from service.cases.access import case_for
from service.cases.roles import Act
from service.webhooks.managing import (
    NotPossible,
    find_webhook,
    make_webhook,
    redeliver,
)
from service.webhooks.models import Delivery, Event, Webhook

router = Router(tags=["webhooks"])


class NewWebhook(Input):
    """Where to send messages, about what."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000)] = Field(
        examples=["https://hooks.example.org/holdfast"]
    )
    events: list[Event] = Field(min_length=1, max_length=len(Event))
    with_url: bool = Field(
        False, strict=True, description="Whether messages name the page's address; https only."
    )


class WebhookShown(Schema):
    """A webhook; `why` says why it was disabled, if it was."""

    id: uuid.UUID
    case: uuid.UUID
    url: str
    events: list[Event]
    with_url: bool
    created: datetime
    failing_since: datetime | None
    disabled: datetime | None
    why: str


class WebhookMade(WebhookShown):
    """A new webhook and its secret, which is shown this once."""

    secret: str


class Webhooks(Schema):
    """Every webhook of a case, newest first."""

    items: list[WebhookShown]


class DeliveryShown(Schema):
    """One message, and how it fared. `body` is empty once the capture is erased."""

    id: uuid.UUID
    capture: uuid.UUID
    event: Event
    created: datetime
    attempts: int
    not_before: datetime = Field(description="When it is tried next, if it is.")
    delivered: datetime | None
    given_up: datetime | None
    last_answer: str
    body: str


class Deliveries(Schema):
    """A page of messages, newest first, and the address of the next page."""

    items: list[DeliveryShown]
    next: str | None


@router.post(
    "/cases/{case_id}/webhooks",
    auth=WRITE_CASES,
    response={201: WebhookMade},
    operation_id="make_webhook",
)
def make(request: HttpRequest, case_id: Id, asked: NewWebhook) -> Status[WebhookMade]:
    """Be told of what becomes of the case's captures.

    Messages are signed as Standard Webhooks says (docs/api.md shows how to check one), tried for a
    day, and sent only to public addresses. The secret is in this answer and never again.
    """
    user = person(request)
    case = case_for(user, case_id, Act.MANAGE)
    try:
        secret, webhook = make_webhook(case, user, asked.url, asked.events, with_url=asked.with_url)
    except NotPossible as error:
        wrong = [{"where": "body.url", "what": str(error)}]
        raise Problem(problems.DOES_NOT_FIT, str(error), errors=wrong) from error
    return Status(201, WebhookMade(**_shown(webhook).model_dump(), secret=secret))


@router.get(
    "/cases/{case_id}/webhooks",
    auth=READ_CASES,
    response=Webhooks,
    operation_id="list_webhooks",
)
def list_of_case(request: HttpRequest, case_id: Id) -> Webhooks:
    """The case's webhooks."""
    case = case_for(person(request), case_id, Act.MANAGE)
    found = Webhook.objects.filter(case=case).order_by("-created", "-pk")
    return Webhooks(items=[_shown(each) for each in found])


@router.get(
    "/webhooks/{webhook_id}", auth=READ_CASES, response=WebhookShown, operation_id="get_webhook"
)
def show(request: HttpRequest, webhook_id: Id) -> WebhookShown:
    """One webhook."""
    return _shown(find_webhook(person(request), webhook_id))


@router.delete(
    "/webhooks/{webhook_id}", auth=WRITE_CASES, response={204: None}, operation_id="delete_webhook"
)
def delete(request: HttpRequest, webhook_id: Id) -> Status[None]:
    """Remove the webhook, and its messages."""
    find_webhook(person(request), webhook_id).delete()
    return Status(204, None)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    auth=READ_CASES,
    response=Deliveries,
    operation_id="list_deliveries",
)
def deliveries(
    request: HttpRequest,
    response: HttpResponse,
    webhook_id: Id,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> Deliveries:
    """The webhook's messages, newest first. `next` and the header `Link` lead on."""
    webhook = find_webhook(person(request), webhook_id)
    found, following = page(webhook.deliveries.all(), "created", cursor, limit)
    return Deliveries(
        items=[DeliveryShown.from_orm(each) for each in found],
        next=next_page(request, response, following),
    )


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    auth=WRITE_CASES,
    response={202: DeliveryShown},
    operation_id="redeliver",
)
def deliver_again(request: HttpRequest, webhook_id: Id, delivery_id: Id) -> Status[DeliveryShown]:
    """Send a message once more, as the same message, with all its tries."""
    webhook = find_webhook(person(request), webhook_id)
    try:
        delivery: Delivery = redeliver(webhook, delivery_id)
    except NotPossible as error:
        raise Problem(problems.CONFLICT, str(error)) from error
    return Status(202, DeliveryShown.from_orm(delivery))


def _shown(webhook: Webhook) -> WebhookShown:
    return WebhookShown(
        id=webhook.pk,
        case=webhook.case_id,
        url=webhook.url,
        events=[Event(each) for each in webhook.events],
        with_url=webhook.with_url,
        created=webhook.created,
        failing_since=webhook.failing_since,
        disabled=webhook.disabled,
        why=webhook.why,
    )
