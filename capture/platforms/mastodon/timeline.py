"""The timelines of Mastodon: `/@NAME`, endless by scrolling; answers under ``/with_replies``.

Source: docs.joinmastodon.org (*methods/accounts*: ``exclude_replies``, ``only_media``, ``pinned``)
and the routes of github.com/mastodon/mastodon (``app/javascript/mastodon/features/ui``). A visitor
is shown what this server has: of accounts of other servers, maybe only a part. Servers can be
closed to visitors. What is passed on says 'NAME boosted'. The name in a permalink is the author's,
since the server checks it. Words of suspended and deleted accounts: by its locale files, from
memory, so unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    tabs=("{page}/with_replies",),
    signs=(
        (Sign.SUSPENDED, words(r"account suspended", r"profile unavailable")),
        (
            Sign.GONE,
            words(r"page you.(?:re| are) looking for (?:isn.t|is not|could not)", r"resource gone"),
        ),
        (Sign.LOGIN_WALL, words(r"(?:log ?in|sign in) to view", r"limited federation mode")),
    ),
)
