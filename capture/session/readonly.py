"""Data: which POSTs only read, by platform, and which GETs act although they should not.

Hosts are compared whole. Each shape is a path and, where one address both reads and writes, how a
reading request is told: then its name stands in the form field ``fb_api_req_friendly_name``, by
which the platform's own scripts call their stored queries. It is a label: it is believed of
these hosts because their scripts, and nobody else's, run there with the session.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Reading(NamedTuple):
    """A POST that only reads. `label` is the form of the name in its body, None for any body."""

    hosts: frozenset[str]
    path: re.Pattern[str]
    label: re.Pattern[str] | None = None


class Acting(NamedTuple):
    """A GET that acts, on these hosts or (empty) on any."""

    hosts: frozenset[str]
    path: re.Pattern[str]
    what: str


_META = frozenset(
    {"www.facebook.com", "m.facebook.com", "www.instagram.com", "www.threads.com"}
    | {"www.threads.net"}
)
_X = frozenset({"x.com", "twitter.com", "api.x.com", "api.twitter.com", "mobile.twitter.com"})
_YOUTUBE = frozenset({"www.youtube.com", "m.youtube.com"})
_X_QUERIES = (
    "UserByScreenName|UserByRestId|UserTweets|UserTweetsAndReplies|UserMedia|UserHighlightsTweets"
    "|TweetDetail|TweetResultByRestId|SearchTimeline|Followers|Following|Likes|Retweeters"
)

READING = (
    Reading(_META, re.compile(r"/(api/)?graphql(/query)?/?"), re.compile(r"\w{1,120}Query")),
    Reading(_X, re.compile(rf"/(i/api/)?graphql/[\w-]+/({_X_QUERIES})")),
    Reading(_YOUTUBE, re.compile(r"/youtubei/v1/(browse|next|search|guide|resolve_url)")),
    Reading(frozenset({"t.me"}), re.compile(r"/s/\w+")),
)
ACTING = (
    Acting(
        frozenset(),
        re.compile(r"(?:.*/)?(?:log|sign)[-_]?(?:out|off)(?:[./].*)?", re.IGNORECASE),
        "it would end the session",
    ),
    Acting(
        _YOUTUBE,
        re.compile(r"/(api/stats/(playback|watchtime|delayplay)|ptracking)"),
        "it would mark a video as watched",
    ),
)
