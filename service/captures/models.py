"""Captures, their attempts, the lists they came in, and the web sites they are of."""

from __future__ import annotations

import enum
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from service.cases.models import Case
from service.sessions.models import SuppliedSession


class State(enum.StrEnum):
    """The closed set; `service.captures.states` has the only functions that change it."""

    QUEUED = "queued"
    CAPTURING = "capturing"
    STORING = "storing"
    SEALED = "sealed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"


class Queue(enum.StrEnum):
    """Someone is waiting, or it is one of many."""

    CAPTURE = "capture"
    BULK = "bulk"


class Content(enum.StrEnum):
    """What is sealed: a page as it was, or the list of all that was found of a profile."""

    PAGE = "page"
    INVENTORY = "inventory"


UNFINISHED = (State.QUEUED, State.CAPTURING, State.STORING)


class Result(enum.StrEnum):
    """What came of an attempt; '' while it lasts. Only `AGAIN` counts against ``ATTEMPTS``."""

    SEALED = "sealed"
    AGAIN = "retry"
    """The page did not come; it may the next time."""
    TROUBLE = "trouble"
    """Ours: a full disk, a browser that does not start, an error of the program."""
    STOPPED = "stopped"
    """The worker was told to end."""
    LOST = "lost"
    """The worker ended without a word."""
    FAILED = "failed"


class Submission(models.Model):
    """One request to preserve addresses, remembered so that a repeated request repeats nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    key = models.CharField(max_length=200, null=True)
    request_sha256 = models.CharField(max_length=64)
    verdicts = models.JSONField(default=list)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        """A key is a person's own, and used once."""

        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_submission")]


class Capture(models.Model):
    """One address submitted once. Times are UTC; sizes are bytes.

    `host` is the web site that is asked; an inventory asks none, and has its profile's ID there.
    `fence` counts the leases given; who holds the lease of another fence holds nothing. `sequence`
    orders the queue: nanoseconds of the submission, and the line in it. `not_before` is None for at
    once; `waiting_since` says when it was set, so that a wait is not believed once the clock has
    been set back. `with_session`: it is to be seen as somebody sees it who is logged in, by
    `session`; where that was removed meanwhile, it is not captured. `doubted`: its lease ran out,
    but it has one more beat, since the clock may have been set forward.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sequence = models.BigIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="captures")
    submission = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    url = models.TextField()
    host = models.CharField(max_length=255)
    note = models.TextField(blank=True)
    with_session = models.BooleanField(default=False)
    session = models.ForeignKey(
        SuppliedSession, on_delete=models.SET_NULL, null=True, related_name="captures"
    )
    queue = models.CharField(max_length=10)
    content = models.CharField(max_length=10, default=Content.PAGE)
    state = models.CharField(max_length=12, default=State.QUEUED)
    submitted = models.DateTimeField(default=timezone.now)

    not_before = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    doubted = models.BooleanField(default=False)
    step = models.CharField(max_length=40, blank=True)

    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)

    bag = models.CharField(max_length=60, blank=True)
    statement_sha256 = models.CharField(max_length=64, blank=True)
    object_key = models.CharField(max_length=200, blank=True)
    object_sha256 = models.CharField(max_length=64, blank=True)
    object_size = models.BigIntegerField(null=True)
    parts = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    checked = models.DateTimeField(null=True)
    fixity = models.CharField(max_length=20, blank=True)

    class Meta:
        """The queue, the sweeper, the list of a case and the fixity check each have their index."""

        indexes = [
            models.Index(fields=["state", "queue", "case", "sequence"], name="of_queue"),
            models.Index(fields=["state", "host"], name="of_host"),
            models.Index(fields=["state", "lease_until"], name="of_lease"),
            models.Index(fields=["case", "-sequence"], name="of_case"),
            models.Index(fields=["state", "checked"], name="of_fixity"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in State]), name="closed_states"
            ),
        ]


class Attempt(models.Model):
    """One try at a capture, kept for ever: who tried, when, and what came of it."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=200)
    started = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    result = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    outcome = models.CharField(max_length=30, blank=True)

    class Meta:
        """An attempt is its capture's fence."""

        constraints = [models.UniqueConstraint(fields=["capture", "number"], name="one_attempt")]


class Host(models.Model):
    """A web site as the queue sees it: left alone from `since` until `next_at`.

    `turn` counts who was let in.
    """

    name = models.CharField(max_length=255, primary_key=True)
    since = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)
    turn = models.BigIntegerField(default=0)


class Turn(models.Model):
    """When a case was last served: the higher, the later. A number, since clocks are set back."""

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="turn"
    )
    number = models.BigIntegerField(default=0, db_index=True)
