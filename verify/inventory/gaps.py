"""What an inventory itself says that it does not hold, in words for a lawyer.

None of these is a fault of the evidence: a site can ask to log in, and a post can be gone before it
is reached. But only where there is none of them may the list be called complete, and then as far as
the site shows its posts.
"""

from collections.abc import Iterator

from verify.inventory.parts import Inventory, Post
from verify.quoting import word

_ENDS = {  # format, 10.4
    "max_posts": "the list ends at the number of posts that was asked for; there may be more",
    "since": "the list goes back only to the date that was asked for; there may be older posts",
    "loop": "the site showed only posts that it had shown before, so that it is not known whether"
    " there are more",
    "limit": "the list was cut short at a limit of time or length",
    "login_wall": "the site asked to log in before the list had come to its end",
    "bot_wall": "the site asked for proof that a person is there before the list came to its end",
    "session_ended": "the session with the site ended before the list had come to its end",
    "gone": "the site said that there is no such account any more",
    "failed": "the list could not be read to its end",
    "interrupted": "the reading of the list was interrupted",
}
_STATES = {"failed": "could not be captured", "not_reached": "was not reached"}
_SHOWN = 5  # of each kind; the others are counted
_SEEN_AS_POSTS = {"captured", "download", "no_content"}


def gaps(inventory: Inventory) -> tuple[str, ...]:
    """Return a sentence for each thing that the inventory says is not in it."""
    return tuple(_gaps(inventory))


def _gaps(inventory: Inventory) -> Iterator[str]:
    if not inventory.discovery:
        yield "the account's list of posts was never read"
    elif inventory.discovery[-1].end in _ENDS:
        last = inventory.discovery[-1]
        told = f" ({word(last.explanation)})" if last.explanation else ""
        yield f"{_ENDS[last.end]}{told}"
    blocked = sum(reading.blocked for reading in inventory.discovery)
    blocked += sum(post.thread_reading.blocked for post in inventory.posts if post.thread_reading)
    if blocked:
        yield f"requests that could have acted were not let out while it was read: {blocked}"
    if not inventory.profile:
        yield "the account's own page was not captured"
    for state, what in _STATES.items():
        posts = [post for post in inventory.posts if post.state == state]
        yield from _several(posts, [f"{what}: {word(post.reason or '')}" for post in posts])
    yield from _threads(inventory)
    odd = [post for post in inventory.posts if _shows_something_else(post)]
    shown = [
        f"was captured as {post.captures[-1].outcome}, which need not be the post" for post in odd
    ]
    yield from _several(odd, shown)


def _threads(inventory: Inventory) -> Iterator[str]:
    """What was asked for of threads and not read to its end."""
    posts = [post for post in inventory.posts if _is_own(post)] if inventory.options.threads else []
    unread = [post for post in posts if post.thread_reading is None]
    yield from _several(unread, ["has a thread that was not read"] * len(unread))
    cut = [post for post in posts if post.thread_reading and post.thread_reading.end in _ENDS]
    told = [
        f"has a thread that was not read to its end: {word(post.thread_reading.explanation)}"
        for post in cut
        if post.thread_reading
    ]
    yield from _several(cut, told)


def _is_own(post: Post) -> bool:
    """Whether a post is one whose thread is asked for: captured, and no one else's."""
    is_own = post.found_in is None and post.own != "no"
    return is_own and post.state == "captured" and post.change != "gone"


def _shows_something_else(post: Post) -> bool:
    """Whether the latest capture of a post is of a wall or an error, and it is not told as gone."""
    captured = post.state == "captured" and post.captures and post.change != "gone"
    return bool(captured) and post.captures[-1].outcome not in _SEEN_AS_POSTS


def _several(posts: list[Post], told: list[str]) -> Iterator[str]:
    for post, what in zip(posts[:_SHOWN], told, strict=False):
        yield f"post {post.number} ({word(post.url)}) {what}"
    if len(posts) > _SHOWN:
        yield f"{len(posts) - _SHOWN} more posts likewise: {told[-1].partition(':')[0]}"
