"""Who wants to be told, and what is still to be delivered."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from service.cases.models import Case


class Webhook(models.Model):
    """An address that is told when a capture of the case ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="webhooks")
    url = models.TextField()
    secret = models.CharField(max_length=100)
    created = models.DateTimeField(default=timezone.now)
    disabled = models.DateTimeField(null=True)


class Delivery(models.Model):
    """One message to one webhook, tried until it is taken or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    capture = models.UUIDField()
    event = models.CharField(max_length=40)
    body = models.TextField()
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)
    given_up = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)
