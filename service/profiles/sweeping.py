"""What a lost worker held is free again, repeats that are due begin, and the bell rings.

Any number of sweepers may run, in any rhythm: each step is conditional on what it finds.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from service.bell import ring_for_profiles
from service.captures import clock
from service.captures.waits import due
from service.custody.recording import SYSTEM
from service.profiles.models import Profile, Stage
from service.profiles.queue import to_collect, to_read
from service.profiles.states import doubt, reclaim, repeat

_BELLS = 8
_AT_ONCE = 500


def sweep() -> dict[str, int]:
    """Free leases that ran out, begin what is due again, ring; return how many of each."""
    _shorten()
    doubted = doubt()
    lost = Profile.objects.filter(doubted=True, lease_until__lt=clock.now())
    reclaimed = sum(reclaim(profile) for profile in lost[:_AT_ONCE])
    waiting = Profile.objects.filter(due(clock.now()), state=Stage.FINISHED)
    again = waiting.exclude(interval_s=None)
    repeated = sum(repeat(profile, SYSTEM) for profile in again[:_AT_ONCE])
    rung = min(to_collect()[:_BELLS].count() + to_read()[:_BELLS].count(), _BELLS)
    ring_for_profiles(rung)
    return {"doubted": doubted, "reclaimed": reclaimed, "repeated": repeated, "rung": rung}


def _shorten() -> None:
    """Leases that end later than any lease can were given before the clock was set back."""
    longest = clock.now() + timedelta(seconds=settings.LEASE_S)
    Profile.objects.filter(lease_until__gt=longest).update(lease_until=longest)
