"""The timelines of LinkedIn: ``/recent-activity/all/`` of a person, ``/posts/`` of a company.

All of a person's need a login: without one LinkedIn leads to its 'authwall', or answers with status
999 (both told by many programs that read it, e.g. github.com/tomquirk/linkedin-api, whose
documentation names them). Companies show their newest posts. Posts that somebody only liked or
commented on stand in the same list, and say so. A permalink holds no name in the one way to write
it. Words of notices: unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    start="{page}/recent-activity/all/",
    names_author=False,
    repost=words(r"reposted this", r"likes this", r"commented on this", r"celebrates this"),
    signs=(
        (Sign.LOGIN_WALL, words(r"join linkedin", r"sign in to (?:view|see)", r"authwall")),
        (Sign.GONE, words(r"this page doesn.t exist", r"profile (?:was )?not (?:be )?found")),
        (Sign.BOT_WALL, words(r"let.s do a quick security check")),
    ),
)
