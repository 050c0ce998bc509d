"""A profile's next step, whosever bell it was."""

from __future__ import annotations

import structlog

from service.bell import ring_for_profiles
from service.captures.states import LeaseLost
from service.profiles.models import Profile, Stage
from service.profiles.queue import claim_next, to_collect
from service.profiles.states import Lease
from workers.archiving.collecting import collect
from workers.archiving.reading import read_timeline
from workers.naming import worker_name

log = structlog.get_logger()


def work_once() -> bool:
    """Do the next step of a profile that has one; whether there was any.

    Raises `django.db.Error` where the database is away for longer than a lease. Whatever else is
    raised: the lease runs out, and the step is begun anew.
    """
    lease = claim_next(worker_name())
    if lease is None:
        return False
    with structlog.contextvars.bound_contextvars(profile=str(lease.profile), lease=lease.fence):
        try:
            may_go_on = _work(lease)
        except LeaseLost:
            log.warning("lease lost")
            may_go_on = True
    if may_go_on and to_collect().exists():
        ring_for_profiles()
    return True


def _work(lease: Lease) -> bool:
    """Whether it makes sense to ring for more at once."""
    profile = Profile.objects.select_related("session__owner").get(pk=lease.profile)
    if profile.state == Stage.READING:
        read_timeline(lease, profile)
        return True
    return collect(lease, profile)
