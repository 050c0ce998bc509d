"""Facts about the running of the service that no other row tells, kept so that they survive."""

from __future__ import annotations

from django.db import models


class Process(models.Model):
    """A worker, or the clock, that is at work: it says so now and then. Sizes are bytes.

    `outbox` counts sealed bags on its machine that wait for the store, `unclaimed` those that
    nobody asks for any more, `disk_free` is what its data folder has left.
    """

    name = models.CharField(max_length=200, primary_key=True)
    version = models.CharField(max_length=40)
    seen = models.DateTimeField()
    disk_free = models.BigIntegerField()
    outbox = models.PositiveIntegerField()
    unclaimed = models.PositiveIntegerField()


class Upkeep(models.Model):
    """When a task of the upkeep (a sweep, a fixity check, a backup) last came to its end."""

    task = models.CharField(max_length=60, primary_key=True)
    ended = models.DateTimeField()
    took_s = models.FloatField()


class Counter(models.Model):
    """A number that only grows."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)
