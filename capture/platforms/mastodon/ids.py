"""Post IDs of Mastodon hold the time in milliseconds in their upper 48 bits.

Source: Mastodon's own code, ``lib/mastodon/snowflake.rb``; pull requests 4801 (2017-09-04; IDs
before were counted) and 5260 (2017-10-07). Three things follow from that code:

- The ID of a post is made by the author's server, within milliseconds of the time it shows.
- A server gives its own ID to its *copy* of another server's post (``/@name@elsewhere/…``): when it
  came in, or, for one fetched later, the time that the other server claimed, cut to the second and
  with milliseconds drawn at random. So a copy's time is told to the second only.
- Whoever runs a server can write any ID.

IDs of accounts are not decoded: no public pairs of ID and time were found.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from capture.platforms.timescheme import DECIMAL, TimeScheme, Unit

POST = TimeScheme(
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    shift=16,
    unit=Unit.MILLISECOND,
    epoch=datetime(1970, 1, 1, tzinfo=UTC),
    not_before=datetime(2017, 9, 4, tzinfo=UTC),
    began="IDs of Mastodon were counted before, and hold no time",
    formula="ID ÷ 2^16, rounded down: milliseconds since 1970-01-01T00:00:00Z",
    made_by="the author's server, whose owner can write any time",
    sources=(
        "github.com/mastodon/mastodon, lib/mastodon/snowflake.rb",
        "github.com/mastodon/mastodon, pull requests 4801 and 5260",
    ),
)
COPY = replace(
    POST,
    coarser=Unit.SECOND,
    made_by="this server, when the post of another one came in, or by what that one claimed",
)

SCHEMES = {"post": POST, "copy": COPY}
NOTE = (
    "Known by the shape of its address only: other software writes addresses like this. "
    "IDs count on this server only; whoever runs it can write any ID."
)
