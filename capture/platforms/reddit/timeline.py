"""The timelines of Reddit: `/user/NAME/`, posts and comments together, newest first.

Every listing of Reddit ends after about 1,000 things (github.com/praw-dev/praw, documentation of
its *ListingGenerator*), so posts and comments are also walked by themselves, each of which has its
own thousand. ``old.reddit.com`` has pages ('next', by ``?count=25&after=t3_…``); the present site
scrolls without end. A permalink holds the subreddit, or the name of whose profile it was posted to.

Words of notices: 'Sorry, nobody on Reddit goes by that name' (github.com/Suggika/Totem and the
present site's own script); 'blocked by network security' is unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/submitted/", "{page}/comments/"),
    names_author=False,
    signs=(
        (Sign.SUSPENDED, words(r"account has been (?:suspended|banned)")),
        (Sign.GONE, words(r"nobody on reddit goes by that name", r"this user has deleted")),
        (Sign.BOT_WALL, words(r"blocked by network security", r"whoa there, pardner")),
        (
            Sign.LOGIN_WALL,
            words(
                r"log in to (?:reddit|confirm)",
            ),
        ),
    ),
)
