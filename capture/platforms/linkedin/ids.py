"""IDs of LinkedIn activities, shares, posts and comments hold milliseconds in their upper bits.

LinkedIn publishes nothing of it. Sources: R. Benson, *Unfurl v2022.11: Social Media Edition*
(dfir.blog); O. Boyd's *LinkedIn post timestamp extractor* (github.com/Ollie-Boyd); and LinkedIn's
own figures: pairs of ID and time in its API documentation (learn.microsoft.com/linkedin) and in the
machine-readable part of its pages agree to 1 to 26 milliseconds (our tests).

LinkedIn opened on 2003-05-05; since when IDs are made like this is not known, and small counted
ones decode to 1970. A share's or comment's own ID holds its own time.
"""

from __future__ import annotations

from datetime import UTC, datetime

from capture.platforms.timescheme import DECIMAL, TimeScheme, Unit

ACTIVITY = TimeScheme(
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    shift=22,
    unit=Unit.MILLISECOND,
    epoch=datetime(1970, 1, 1, tzinfo=UTC),
    not_before=datetime(2003, 5, 5, tzinfo=UTC),
    began="LinkedIn opened on that day",
    formula="ID ÷ 2^22, rounded down: milliseconds since 1970-01-01T00:00:00Z",
    made_by="LinkedIn's servers",
    sources=(
        "dfir.blog/unfurl-parsing-twitter-mastodon-linkedin",
        "github.com/Ollie-Boyd/Linkedin-post-timestamp-extractor",
        "learn.microsoft.com/linkedin: pairs in the documentation of the API",
    ),
)

SCHEMES = dict.fromkeys(("activity", "share", "ugc_post", "comment"), ACTIVITY)
NOTE = "One post has several IDs here (activity, share, ugcPost), each with its own time."
