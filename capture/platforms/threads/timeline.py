"""The timelines of Threads: endless by scrolling; answers and reposts in tabs of their own.

Without a login the newest posts only. The handle in a permalink is the author's (whether Threads
checks it is not known). Tabs: as the shapes of its URLs have them (``/replies``, ``/reposts``,
``/media``). The words of its notices are Instagram's, whose maker it shares: unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/replies", "{page}/reposts"),
    signs=(
        (Sign.GONE, words(r"sorry, this page isn.t available", r"profile isn.t available")),
        (Sign.LOGIN_WALL, words(r"log in (?:or sign up )?(?:for|to) threads", r"log in to see")),
        (Sign.BOT_WALL, words(r"please wait a few minutes")),
    ),
)
