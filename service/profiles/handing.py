"""From a profile into the queue of captures: its page, its posts, its list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from service.captures.models import Capture, Queue
from service.captures.reading import read_lines
from service.captures.submitting import Request, Verdict, submit, submit_inventory
from service.custody.recording import Actor
from service.profiles.models import PostState, Profile, ProfilePost, Taken, What
from service.profiles.states import Lease, list_it, renew

_AT_ONCE = 500


def hand_over(profile: Profile, posts: Sequence[ProfilePost]) -> None:
    """Let each of `posts` be captured, in the caller's transaction.

    One whose address is under way in the case already is not captured twice: that one counts.
    """
    verdicts = _submitted(profile, [_url(each) for each in posts])
    for post, verdict in zip(posts, verdicts, strict=True):
        if verdict.capture is None:
            post.state, post.reason, post.is_done = PostState.FAILED, verdict.reason, True
            post.save(update_fields=["state", "reason", "is_done"])
        else:
            _take(profile, What.POST, verdict, post)


def hand_over_page(lease: Lease) -> None:
    """Let the account's own page be captured, once a run. Raises `LeaseLost`."""
    with transaction.atomic():
        renew(lease)
        profile = submitted(lease)
        if Taken.objects.filter(profile=profile, what=What.PAGE, run=profile.run).exists():
            return
        for verdict in _submitted(profile, [profile.url]):
            _take(profile, What.PAGE, verdict)


def hand_over_list(lease: Lease) -> None:
    """Let the list be made and sealed. Raises `LeaseLost`."""
    with transaction.atomic():
        list_it(lease)
        profile = submitted(lease)
        capture = submit_inventory(
            profile.case, profile.submitted_by, actor_of(profile), profile.url, str(profile.pk)
        )
        Taken.objects.create(profile=profile, capture=capture, what=What.INVENTORY, run=profile.run)


def submitted(lease: Lease) -> Profile:
    """The profile of a lease, with all that its submissions take."""
    return Profile.objects.select_related("case", "submitted_by", "session").get(pk=lease.profile)


def profile_of(inventory: Capture) -> Profile:
    """Whose list it is. Raises `Taken.DoesNotExist` for a capture that is none."""
    return (
        Taken.objects.select_related("profile").get(capture=inventory, what=What.INVENTORY).profile
    )


def actor_of(profile: Profile) -> Actor:
    """The profile, as the custody chains of its captures name it."""
    return Actor("profile", str(profile.pk))


def _submitted(profile: Profile, urls: Sequence[str]) -> Iterator[Verdict]:
    for at in range(0, len(urls), _AT_ONCE):
        yield from submit(
            Request(
                user=profile.submitted_by,
                actor=actor_of(profile),
                case=profile.case,
                lines=read_lines(urls[at : at + _AT_ONCE]),
                queue=Queue.BULK,
                session=profile.session,
            )
        )


def _take(profile: Profile, what: What, verdict: Verdict, post: ProfilePost | None = None) -> None:
    if verdict.capture is not None:
        Taken.objects.create(
            profile=profile, post=post, capture_id=verdict.capture, what=what, run=profile.run
        )


def _url(post: ProfilePost) -> str:
    url: str = post.sighting["url"]
    return url
