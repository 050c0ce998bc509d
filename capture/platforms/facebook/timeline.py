"""The timelines of Facebook: endless by scrolling, in a virtual list.

Nearly nothing without a login: of pages the newest posts, of persons none. ``mbasic.facebook.com``,
which had numbered pages, leads to the login now (unchecked since). A comment's link is its post's
with ``comment_id``: those are read as comments, not as posts. The name in a permalink is that of
the account on whose timeline it stands, which can be another than the author's.

Words of notices: 'This content isn't available right now' (github.com/Suggika/Totem and others; the
same for deleted and private). Those of the walls are unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/reels/",),
    names_author=False,
    signs=(
        (Sign.GONE, words(r"content isn.t available", r"this page isn.t available")),
        (
            Sign.LOGIN_WALL,
            words(r"you must log in", r"log in(?:to)? (?:to )?facebook", r"log in to continue"),
        ),
        (Sign.BOT_WALL, words(r"you.re temporarily blocked", r"going too fast")),
    ),
)
