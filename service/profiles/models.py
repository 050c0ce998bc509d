"""Profiles, the posts that were found, each reading of the timeline, and what was captured."""

from __future__ import annotations

import enum
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from service.captures.models import Capture
from service.cases.models import Case
from service.sessions.models import SuppliedSession


class Stage(enum.StrEnum):
    """The closed set; `service.profiles.states` has the only functions that change it."""

    WAITING = "waiting"
    READING = "reading"
    CAPTURING = "capturing"
    LISTING = "listing"
    FINISHED = "finished"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    ERASED = "erased"


UNDER_WAY = (Stage.WAITING, Stage.READING, Stage.CAPTURING, Stage.LISTING)


class PostState(enum.StrEnum):
    """What came of the latest attempt at a post (docs/evidence-format.md, 10.3)."""

    CAPTURED = "captured"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


class Change(enum.StrEnum):
    """What was found of a post since its first capture (10.3)."""

    GONE = "gone"
    EDITED = "edited"
    BACK = "back"


class What(enum.StrEnum):
    """What a capture was made of."""

    PAGE = "page"
    POST = "post"
    INVENTORY = "inventory"


class Profile(models.Model):
    """An account that is archived, now or again and again. Times are UTC.

    `run` counts how often it was gone through, `began` is the start of the present run, `resumed`
    when somebody last let it go on after a pause. `fence`,
    `leased_by`, `lease_until`, `doubted`, `not_before`, `waiting_since`: as in
    `service.captures.models.Capture`; a lease that is None is free. `troubles` counts the readings
    of this run that failed. `interval_s` is None for a profile that is gone through once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="profiles")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=200, null=True)
    request_sha256 = models.CharField(max_length=64)
    url = models.TextField()
    host = models.CharField(max_length=255)
    max_posts = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)
    threads = models.BooleanField(default=False)
    with_session = models.BooleanField(default=False)
    session = models.ForeignKey(
        SuppliedSession, on_delete=models.SET_NULL, null=True, related_name="profiles"
    )
    interval_s = models.PositiveIntegerField(null=True)
    submitted = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=12, default=Stage.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    run = models.PositiveIntegerField(default=0)
    began = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    resumed = models.DateTimeField(null=True)
    account = models.JSONField(default=dict)
    troubles = models.PositiveIntegerField(default=0)

    not_before = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    doubted = models.BooleanField(default=False)

    class Meta:
        """A key is a person's own, and used once."""

        indexes = [
            models.Index(fields=["state", "lease_until"], name="of_profile_lease"),
            models.Index(fields=["case", "-submitted"], name="of_profile_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["submitted_by", "key"], name="one_profile"),
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in Stage]),
                name="closed_profile_states",
            ),
        ]


class ProfilePost(models.Model):
    """One post; the fields are those of `workers.profiles.state.Post`, kept.

    `mark` tells it apart from other posts, by its SHA-256 in `mark_sha256`. `sighting` is what the
    timeline showed first, `shown` what it showed last. `is_done`: nothing more is to be done about
    it in this run; `was_seen`: this run's reading showed it. `found_in` is the mark of the post in
    whose thread it was found, `thread` has the marks of what was seen around it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    mark = models.TextField()
    mark_sha256 = models.CharField(max_length=64)
    sighting = models.JSONField()
    shown = models.JSONField()
    first_seen = models.CharField(max_length=40)
    last_seen = models.CharField(max_length=40)
    state = models.CharField(max_length=12, default=PostState.NOT_REACHED)
    reason = models.TextField(null=True)
    change = models.CharField(max_length=10, null=True)
    changed = models.DateTimeField(null=True)
    difference = models.JSONField(null=True)
    is_done = models.BooleanField(default=False)
    was_seen = models.BooleanField(default=True)
    found_in = models.TextField(null=True)
    thread = models.JSONField(default=list)
    thread_reading = models.JSONField(null=True)

    class Meta:
        """Posts are numbered in the order in which they were found; no two are the same."""

        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="one_number"),
            models.UniqueConstraint(fields=["profile", "mark_sha256"], name="one_mark"),
        ]


class Reading(models.Model):
    """One time that the timeline was read; `told` is as the inventory has it (format 10.2)."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="readings")
    run = models.PositiveIntegerField()
    told = models.JSONField()


class Taken(models.Model):
    """A capture that was made for a profile: of its page, of a post, or the sealed list itself.

    `is_open` until what it came to has been taken account of; `told` is then the capture as the
    inventory has it (format 10.3), None where there is no bag to list.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="taken")
    post = models.ForeignKey(ProfilePost, on_delete=models.CASCADE, null=True, related_name="taken")
    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10)
    run = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)
    told = models.JSONField(null=True)

    class Meta:
        """What is open is asked for all the time."""

        indexes = [
            models.Index(
                fields=["profile"], condition=models.Q(is_open=True), name="of_open_captures"
            )
        ]
