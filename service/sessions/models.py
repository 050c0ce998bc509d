"""Sessions as they are kept, and what opens the evidence that was made with them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

ENDED = "session ended"
"""The reason of what is not captured because its session does not open anything any more."""


class SuppliedSession(models.Model):
    """One person's session with web sites.

    `content` is encrypted. `hosts` says for which hosts how many cookies it has, `stored` how many
    entries of local storage, `first_end` when the first cookie ends. `ended` is when a web site was
    found not to know it any more, and `why` says by what.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supplied_sessions"
    )
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    hosts = models.JSONField(default=dict)
    stored = models.PositiveIntegerField(default=0)
    first_end = models.DateTimeField(null=True)
    content = models.TextField()
    supplied = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        """A name is one person's own."""

        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_session")]


class Opening(models.Model):
    """What opens the commitments of one bag (docs/evidence-format.md, 11), encrypted.

    It is gone when the capture is erased.
    """

    capture = models.ForeignKey(
        "captures.Capture", on_delete=models.CASCADE, related_name="openings"
    )
    bag = models.CharField(max_length=60, unique=True)
    content = models.TextField()
