"""How far a profile is: posts by state, by change, and what is still to come."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db.models import Count, Q

from service.profiles.models import Change, PostState, Profile, ProfilePost, Taken


@dataclass(frozen=True)
class Counts:
    """Of posts: how many were found, and of those; `under_way` are captures that are waited for."""

    found: int
    captured: int
    failed: int
    not_reached: int
    gone: int
    edited: int
    back: int
    under_way: int

    def as_json(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


def counts_of(profile: Profile) -> Counts:
    """As they are now."""
    by = {state.value: Count("pk", filter=Q(state=state)) for state in PostState}
    by |= {change.value: Count("pk", filter=Q(change=change)) for change in Change}
    row = ProfilePost.objects.filter(profile=profile).aggregate(found=Count("pk"), **by)
    under_way = Taken.objects.filter(profile=profile, is_open=True).count()
    return Counts(**row, under_way=under_way)
