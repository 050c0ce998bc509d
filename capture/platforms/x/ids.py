"""Post IDs of X are snowflakes: the upper bits are the time at which X made them.

Sources: Twitter's announcement *Announcing Snowflake* (2010-06-01) and its developer documentation
*Twitter IDs (snowflake)*; the released generator, github.com/twitter-archive/snowflake
(``IdWorker.scala``: twepoch 1288834974657, timestamp shifted by 22). IDs before the change of
2010-11-04 were counted; the largest, 29700859247, by Old Dominion University's *TweetedAt*
(ws-dl.blogspot.com, 2019-08-03). IDs are in order to within about a second, not to the millisecond.

Account IDs are snowflakes too since 2016-02-16, but are not decoded here: for accounts made after
2019-08-16 they are not the time of creation that X itself tells (blog.konomama.dev,
*twitter-snowflake-metadata*). Lists and communities: no public pairs of ID and time were found.
"""

from __future__ import annotations

from datetime import UTC, datetime

from capture.platforms.timescheme import DECIMAL, TimeScheme, Unit

SNOWFLAKE = TimeScheme(
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    shift=22,
    unit=Unit.MILLISECOND,
    epoch=datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC),
    not_before=datetime(2010, 11, 4, 1, 43, 5, tzinfo=UTC),
    began="IDs of X before 2010-11-04 were counted and hold no time",
    formula="ID ÷ 2^22, rounded down: milliseconds since 2010-11-04T01:42:54.657Z",
    made_by="X's servers",
    sources=(
        "github.com/twitter-archive/snowflake, IdWorker.scala",
        "ws-dl.blogspot.com/2019/08/2019-08-03-tweetedat-finding-tweet.html",
    ),
)

SCHEMES = {"post": SNOWFLAKE}
NOTE = (
    "The name in a post's address is not checked by X: any name leads to the same post. "
    "The ID of an account stays when its name changes."
)
