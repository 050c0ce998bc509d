"""What the timeline showed, kept: each post a row, written only by whoever holds the lease."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction

from service.profiles.handing import hand_over, submitted
from service.profiles.models import Profile, ProfilePost, Reading, Taken
from service.profiles.states import Lease, read, renew
from service.sessions.models import ENDED

Fields = dict[str, Any]
"""A post's fields by name: all of `ProfilePost`'s but its profile, `mark_sha256` and `changed`."""


def keep(lease: Lease, posts: Sequence[Fields], wanted: Sequence[str]) -> None:
    """Keep `posts` as they are now; those whose marks are `wanted` are to be captured.

    All or nothing, and harmless to repeat. Raises `LeaseLost`.
    """
    with transaction.atomic():
        renew(lease)
        _keep(lease, posts, wanted)


def keep_reading(lease: Lease, told: dict[str, Any]) -> None:
    """The timeline was read once, as `told` (format 10.2) says. Raises `LeaseLost`."""
    with transaction.atomic():
        renew(lease)
        profile = Profile.objects.get(pk=lease.profile)
        Reading.objects.get_or_create(profile=profile, run=profile.run, told=told)


def end_reading(lease: Lease, posts: Sequence[Fields], wanted: Sequence[str]) -> None:
    """As `keep`, and the reading is over: from now on captures are waited for."""
    with transaction.atomic():
        _keep(lease, posts, wanted)
        read(lease)


def _keep(lease: Lease, posts: Sequence[Fields], wanted: Sequence[str]) -> None:
    profile = submitted(lease)
    rows = [_row(profile, each) for each in posts]
    waiting = Taken.objects.filter(profile=profile, is_open=True)
    waiting = waiting.exclude(capture__reason=ENDED)
    under_way = set(waiting.values_list("post_id", flat=True))
    marks = set(wanted)
    hand_over(profile, [row for row in rows if row.mark in marks and row.pk not in under_way])


def _row(profile: Profile, fields: Fields) -> ProfilePost:
    clean: Fields = keepable(fields)
    key = sha256(clean["mark"].encode()).hexdigest()
    row, _ = ProfilePost.objects.update_or_create(profile=profile, mark_sha256=key, defaults=clean)
    return row


def keepable(value: Any) -> Any:
    """`value` without what PostgreSQL and UTF-8 cannot keep: a page's text may hold anything."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {keepable(name): keepable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [keepable(each) for each in value]
    return value
