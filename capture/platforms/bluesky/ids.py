"""Record keys of Bluesky posts are TIDs: 53 bits of microseconds, 10 bits of a clock's number.

Source: AT Protocol, *Timestamp Identifiers (TIDs)* (atproto.com/specs/tid): base 32 by a sortable
alphabet, 13 digits, since 1970. The same page says what it is worth: a TID is made by the author's
own program or server, and nothing stops either from writing any time. It is the weakest of these
times. Programs that copy posts from elsewhere do write old times, to keep the order.

Bluesky's first posts are of November 2022.
"""

from __future__ import annotations

from datetime import UTC, datetime

from capture.platforms.timescheme import BASE32_SORTABLE, TimeScheme, Unit

TID = TimeScheme(
    form=r"[2-7a-j][2-7a-z]{12}",
    digits=BASE32_SORTABLE,
    shift=10,
    unit=Unit.MICROSECOND,
    epoch=datetime(1970, 1, 1, tzinfo=UTC),
    not_before=datetime(2022, 11, 1, tzinfo=UTC),
    began="Bluesky's first posts are of November 2022; the author's program wrote another time",
    formula=(
        "the key as a number in base 32 (2-7 a-z) ÷ 2^10, rounded down: "
        "microseconds since 1970-01-01T00:00:00Z"
    ),
    made_by="the author's own program or server, which can write any time",
    sources=("atproto.com/specs/tid",),
)

SCHEMES = {"post": TID, "list": TID}
NOTE = (
    "The ID is made by the author's own program or server, which can write any time into it. "
    "It is unique only together with the account's DID."
)
