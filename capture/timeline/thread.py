"""What stands around a post on its page: what it answers, and what was answered to it.

    open the post's page → down it (`descent`), pressing what says that it shows more replies

Everything there that is a post counts, whoever wrote it. Which of them answers which is the site's
word, told by its page; nothing is made of it here.
"""

from __future__ import annotations

from collections.abc import Iterable

from capture.platforms.identity import Identity
from capture.timeline.end import End, Walked
from capture.timeline.walk import Walker

_ENDED = Walked(End.END_OF_TIMELINE, "nothing more came")


async def down_thread(walker: Walker, post: Identity, posts: Iterable[str], url: str) -> Walked:
    """Read the page of `post`, which is at `url`; `posts` are known permalinks of the site.

    The walker's judge is told of all but `post` itself. Raises `LensProblem`.
    """
    gathered = walker.descent.gathered
    gathered.is_thread = True
    gathered.permalinks.learn(posts)
    gathered.leave_out(post)
    if instead := await walker.opening.open_post(url):
        return instead
    return await walker.descent.down() or walker.opening.wall or _ENDED
