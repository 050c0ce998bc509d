"""Who is told of what was found, in the transaction of what it tells of."""

from __future__ import annotations

from typing import Any

from service.captures.models import Capture
from service.custody.kinds import ProfileKind
from service.custody.recording import record
from service.profiles.models import Change, Profile, ProfilePost
from service.profiles.states import Lease
from service.webhooks.events import notify
from service.webhooks.models import Event

_KINDS = {Change.GONE: ProfileKind.GONE, Change.EDITED: ProfileKind.EDITED}


def tell_change(lease: Lease, post: ProfilePost, capture: Capture) -> None:
    """A post is gone or edited: `capture` shows it. To be called once for each change."""
    kind = _KINDS.get(Change(post.change)) if post.change else None
    if kind is None:
        return
    record(lease.profile, kind, lease.actor, {"post": post.number, "capture": str(capture.pk)})
    if post.change == Change.GONE:
        notify(capture.pk, Event.GONE, {"profile": str(lease.profile), "post": post.number})


def tell_end(profile: Profile, inventory: Capture, counts: dict[str, Any]) -> None:
    """A run came to its end: `inventory` is its sealed list."""
    told = {"profile": str(profile.pk), "run": profile.run, "posts": counts}
    notify(inventory.pk, Event.FINISHED, told)
