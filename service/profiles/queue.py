"""Which profile has something to do, and may: a timeline is read as politely as a page is."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from service.captures import clock
from service.captures.models import UNFINISHED
from service.captures.queue import TurnLost, may_be_asked, take_turn
from service.captures.waits import due
from service.profiles.models import Profile, Stage, Taken
from service.profiles.states import Lease, claim

_AT_ONCE = 10


def claim_next(worker: str) -> Lease | None:
    """The lease of a profile with something to do; None if there is none just now.

    First those of which something has ended: taking account of it is short, and somebody may want
    to know at once that a post is gone.
    """
    for profile in to_collect()[:_AT_ONCE]:
        if lease := claim(profile, worker):
            return lease
    for profile in to_read()[:_AT_ONCE]:
        if may_be_asked(profile.host) and (lease := _claim_reading(profile, worker)):
            return lease
    return None


def to_collect() -> QuerySet[Profile]:
    """Profiles of which a capture has ended, or none is open any more."""
    open_ones = Taken.objects.filter(profile=OuterRef("pk"), is_open=True)
    under_way = open_ones.filter(capture__state__in=UNFINISHED)
    ended = open_ones.exclude(capture__state__in=UNFINISHED)
    stages = Profile.objects.filter(state__in=(Stage.CAPTURING, Stage.LISTING), lease_until=None)
    return stages.filter(Q(Exists(ended)) | ~Q(Exists(under_way))).order_by("submitted", "pk")


def to_read() -> QuerySet[Profile]:
    """Profiles whose timeline is to be read, whose turn came longest ago first."""
    stages = (Stage.WAITING, Stage.READING)
    free = Profile.objects.filter(due(clock.now()), state__in=stages, lease_until=None)
    return free.order_by("fence", "submitted", "pk")


def _claim_reading(profile: Profile, worker: str) -> Lease | None:
    try:
        with transaction.atomic():
            take_turn(profile.host)
            return claim(profile, worker)
    except TurnLost:
        return None
