"""Looking a profile up: always through its case."""

from __future__ import annotations

import uuid
from hashlib import sha256

from django.db.models import QuerySet

from service.accounts.models import User
from service.captures.models import Capture
from service.captures.models import State as CaptureState
from service.cases.access import NotFound, case_for
from service.cases.models import Case, Membership
from service.cases.roles import Act
from service.profiles.models import Profile, Taken, What


def find_profile(user: User, profile_id: uuid.UUID, act: Act) -> Profile:
    """The profile, where `user` may do `act` in its case. Raises `NotFound`, `NotAllowed`."""
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None:
        raise NotFound("There is no such profile.")
    try:
        case_for(user, profile.case_id, act)
    except NotFound:
        raise NotFound("There is no such profile.") from None
    return profile


def visible_profiles(user: User, case: Case | None = None) -> QuerySet[Profile]:
    """Profiles of the person's cases, or of one `case`, if they may see it (the caller asks)."""
    if case is not None:
        return Profile.objects.filter(case=case)
    return Profile.objects.filter(case__in=Membership.objects.filter(user=user).values("case"))


def sealed_inventory(profile: Profile) -> Capture | None:
    """The latest sealed list; None as long as there is none."""
    lists = Taken.objects.filter(
        profile=profile, what=What.INVENTORY, capture__state=CaptureState.SEALED
    )
    latest = lists.select_related("capture").order_by("-run", "-pk").first()
    return latest.capture if latest else None


def sealed_captures(profile: Profile) -> QuerySet[Capture]:
    """Everything of the profile that is sealed, lists as well, in the order of its queue."""
    taken = Taken.objects.filter(profile=profile).values("capture")
    return Capture.objects.filter(pk__in=taken, state=CaptureState.SEALED).order_by("sequence")


def number_of(profile: Profile, mark: str | None) -> int | None:
    """The number of the post with this mark; None for none."""
    if mark is None:
        return None
    return profile.posts.get(mark_sha256=sha256(mark.encode()).hexdigest()).number
