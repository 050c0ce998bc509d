"""The timelines of TikTok: a grid, endless by scrolling; each video a link with its ID.

The handle in a permalink is not checked by TikTok, but its own grid writes the author's. Nothing in
the grid says when: the ID does. What somebody reposted stands in a tab of its own, which has no
URL. A puzzle often stands in the way.

Words of notices: 'Couldn't find this account' (github.com/Suggika/Totem, ``social_sites.py``);
those of the puzzle and of banned accounts are unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    signs=(
        (Sign.SUSPENDED, words(r"account (?:was |has been )?banned")),
        (Sign.GONE, words(r"couldn.t find this account")),
        (
            Sign.BOT_WALL,
            words(
                r"drag the slider", r"verify to continue", r"select 2 objects", r"fit the puzzle"
            ),
        ),
        (Sign.LOGIN_WALL, words(r"log in to tiktok", r"log in to follow creators")),
    ),
)
