"""The timelines of YouTube: one tab for each kind of thing, each endless by scrolling.

Videos, shorts, streams that are over, and posts (``/posts``, once ``/community``) each have a tab;
a channel has those of which it holds something. Source of the tabs: yt-dlp's ``extractor/youtube``
(``_tab.py``). No permalink names its channel; what a channel's tabs show is its own, except that
playlists on its first page can hold videos of others: so the tabs are walked, not the first page.
Comments of the account on videos of others are nowhere listed.

Words of notices: 'Sign in to confirm you're not a bot' is quoted in many issues of yt-dlp; 'This
channel does not exist' in github.com/Suggika/Totem. Of terminated accounts: unchecked.
"""

from __future__ import annotations

from capture.platforms.timeline import Sign, Timeline, words

TIMELINE = Timeline(
    start="{page}/videos",
    tabs=("{page}/shorts", "{page}/streams", "{page}/posts"),
    names_author=False,
    signs=(
        (Sign.SUSPENDED, words(r"account has been terminated", r"channel was removed because")),
        (Sign.GONE, words(r"this channel (?:does not|doesn.t) exist")),
        (Sign.BOT_WALL, words(r"confirm you.re not a (?:ro)?bot", r"before you continue to")),
    ),
)
