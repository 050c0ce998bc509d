"""What stands around a post on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Post


def thread(post: Post) -> tuple[list[Post], list[Post]]:
    """What it answers, from the first post on, and what was answered: by its author, by others."""
    above: list[Post] = []
    earlier = post.reply_to
    while earlier is not None:
        above.insert(0, earlier)
        earlier = earlier.reply_to
    own = [later for later in post.account.posts if later.reply_to is post]
    below = sorted([*own, *post.account.platform.others.replies(post)], key=lambda one: one.time)
    return _there(above), _there(below)


def _there(posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.deleted_at is None]
