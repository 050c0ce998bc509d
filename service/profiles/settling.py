"""A capture came to its end: what that means for its post, its profile, and who is told."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from service.captures import clock
from service.captures.models import State as CaptureState
from service.captures.states import cancel
from service.profiles.counting import counts_of
from service.profiles.handing import actor_of
from service.profiles.models import Profile, ProfilePost, Taken, What
from service.profiles.posts import Fields, keepable
from service.profiles.states import Lease, finish, pause, renew, rest
from service.profiles.telling import tell_change, tell_end


def settle(
    lease: Lease, taken: Taken, told: dict[str, Any] | None, post: Fields | None = None
) -> None:
    """Close `taken`: `told` is what the list says of it, `post` how its post is from now on.

    Once only: a second time finds it closed, and does nothing. Raises `LeaseLost`.
    """
    with transaction.atomic():
        renew(lease)
        mine = Taken.objects.filter(pk=taken.pk, is_open=True)
        if not mine.update(is_open=False, told=told) or taken.post is None or post is None:
            return
        before = taken.post.change
        is_news = post["change"] is not None and post["change"] != before
        changes = {name: keepable(post[name]) for name in ("state", "reason", "change")}
        ProfilePost.objects.filter(pk=taken.post.pk).update(
            **changes,
            difference=keepable(post["difference"]),
            is_done=True,
            **({"changed": clock.now()} if is_news else {}),
        )
        if is_news:
            taken.post.refresh_from_db()
            tell_change(lease, taken.post, taken.capture)


def is_walled(profile: Profile, at_most: int) -> bool:
    """Whether the site asked to log in instead of showing a post, so many times in a row: in this
    run, and since somebody last looked and let it go on."""
    latest = Taken.objects.filter(
        profile=profile, run=profile.run, what=What.POST, is_open=False
    ).order_by("-capture__finished", "-pk")
    if profile.resumed is not None:
        latest = latest.filter(capture__finished__gt=profile.resumed)
    outcomes = list(latest.values_list("capture__outcome", flat=True)[:at_most])
    return len(outcomes) == at_most and set(outcomes) == {"login_wall"}


def pause_and_call_off(lease: Lease, reason: str, explanation: str) -> None:
    """No sense in sealing hundreds of login walls: what has not begun is called off."""
    with transaction.atomic():
        pause(lease, reason, explanation)
        profile = Profile.objects.get(pk=lease.profile)
        waiting = Taken.objects.filter(
            profile=profile, is_open=True, capture__state=CaptureState.QUEUED
        )
        for taken in waiting:
            if cancel(taken.capture_id, actor_of(profile)):
                Taken.objects.filter(pk=taken.pk).update(is_open=False)


def end(lease: Lease) -> None:
    """The list is sealed, and the run over; or it could not be, and a person has to look."""
    profile = Profile.objects.get(pk=lease.profile)
    lists = Taken.objects.filter(profile=profile, what=What.INVENTORY, run=profile.run)
    latest = lists.select_related("capture").order_by("-pk").first()
    if latest is None or latest.is_open:
        rest(lease)
    elif latest.told is None:
        why = latest.capture.explanation or "It was called off."
        pause(lease, "not listed", f"The list could not be sealed. {why}")
    else:
        with transaction.atomic():
            finish(lease, latest.capture_id)
            tell_end(profile, latest.capture, counts_of(profile).as_json())
