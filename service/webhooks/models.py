"""Who wants to be told, and what is still to be delivered."""

from __future__ import annotations

import enum
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from service.cases.models import Case


class Event(enum.StrEnum):
    """What a webhook can be told of: a closed set."""

    SEALED = "capture.sealed"
    FAILED = "capture.failed"
    ERASED = "capture.erased"
    ALARM = "fixity.alarm"
    GONE = "profile.gone"
    FINISHED = "profile.finished"


class Webhook(models.Model):
    """An address that is told of events of one case.

    `secret` is encrypted (`service.webhooks.secret`); `failing_since` is the first failure since
    the last success; `disabled` webhooks are told nothing more, and `why` says why, for people.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="webhooks")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    url = models.TextField()
    secret = models.TextField()
    events = models.JSONField(default=list)
    with_url = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True)
    disabled = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)


class Delivery(models.Model):
    """One message to one webhook, tried until it is taken or given up.

    `lease` is whose turn it is, until `lease_until`; `body` is empty once the capture is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    capture = models.UUIDField()
    event = models.CharField(max_length=40)
    body = models.TextField()
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)
    given_up = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)

    class Meta:
        """What waits, what a webhook was told, and what was told of a capture have their index."""

        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(delivered=None, given_up=None),
                name="of_waiting",
            ),
            models.Index(fields=["webhook", "-created"], name="of_webhook"),
            models.Index(fields=["capture"], name="of_capture"),
        ]
