"""The kept form of a custody event. The database itself refuses to change or delete one."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened to one capture; see `service.custody.chain` for its digest.

    `private` (name, address, salt) may be emptied by an erasure; nothing else ever changes.
    """

    capture = models.UUIDField()
    number = models.PositiveIntegerField()
    time = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    actor = models.CharField(max_length=100)
    detail = models.JSONField(default=dict)
    private = models.JSONField(null=True)
    private_sha256 = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        """A capture's events are numbered without a gap or a twin."""

        constraints = [models.UniqueConstraint(fields=["capture", "number"], name="one_event")]
        ordering = ["capture", "number"]
