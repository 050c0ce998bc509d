"""A capture was erased: what is known of its post from it is erased as well."""

from __future__ import annotations

from service.captures.models import Capture
from service.profiles.models import ProfilePost, Taken

_ERASED = "its evidence was erased"


def forget(capture: Capture) -> None:
    """Within the caller's transaction. The post's address stays, so that it is not captured again
    unasked; lists that are sealed already name it until they are erased themselves."""
    taken = Taken.objects.filter(capture=capture)
    posts = ProfilePost.objects.filter(pk__in=taken.values("post"))
    for post in posts:
        sighting, shown = ({**each, "text": ""} for each in (post.sighting, post.shown))
        ProfilePost.objects.filter(pk=post.pk).update(
            sighting=sighting, shown=shown, difference=None
        )
    taken.update(told=None)
    for post in posts:
        if not Taken.objects.filter(post=post).exclude(told=None).exists():
            posts.filter(pk=post.pk).update(
                state="not_reached", reason=_ERASED, change=None, is_done=True
            )
