"""The timelines of Instagram: a grid of pictures, endless by scrolling, in a virtual list.

Without a login about a dozen posts are shown, then a login wall. Reels stand in the grid too; those
that are kept off it stand under ``/reels/``. Stories and highlights need a login. A permalink has
no name in the one way to write it. In the grid nothing says who wrote a post or when: both come
from the data.

Words of notices: 'Sorry, this page isn't available' stands in several public programs (e.g.
github.com/Suggika/Totem, ``social_sites.py``); it is the same for deleted, blocked, renamed and
never existing accounts. The words of the walls are unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/reels/",),
    names_author=False,
    signs=(
        (Sign.GONE, words(r"sorry, this page isn.t available", r"profile isn.t available")),
        (
            Sign.LOGIN_WALL,
            words(r"log in to (?:see|continue|instagram)", r"sign up to see", r"see more from"),
        ),
        (Sign.BOT_WALL, words(r"please wait a few minutes", r"suspicious login attempt")),
    ),
)
