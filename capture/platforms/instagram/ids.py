"""Media IDs of Instagram hold a time; the shortcode in a post's URL is that ID in base 64.

Sources: Instagram Engineering, *Sharding & IDs at Instagram* (2011: 41 bits of milliseconds since
an own epoch, 13 bits of shard, 10 bits of sequence); Old Dominion University, *Creation Time and
Published Time Are Not the Same: Estimating the Instagram Epoch* (ws-dl.blogspot.com, 2021-02-20),
which found what its title says: the ID is made when the upload begins.

The epoch, 1314220021721, stands in the first source as an example. Known posts confirm it to the
second (of the pairs in our tests four agree, a video is half a minute early), but not to the
millisecond, so times are told to the second. Comment IDs are of another kind and are not decoded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from capture.platforms.timescheme import BASE64URL, DECIMAL, TimeScheme, Unit

SHORTCODE = TimeScheme(
    form=r"[A-Za-z0-9_-]{8,11}",
    digits=BASE64URL,
    shift=23,
    unit=Unit.MILLISECOND,
    epoch=datetime(2011, 8, 24, 21, 7, 1, 721_000, UTC),
    not_before=datetime(2011, 8, 25, tzinfo=UTC),
    began="IDs as small as this were counted, before Instagram gave out IDs that hold a time",
    formula=(
        "the shortcode as a number in base 64 (A-Z a-z 0-9 - _) ÷ 2^23, rounded down: "
        "milliseconds since 2011-08-24T21:07:01.721Z"
    ),
    coarser=Unit.SECOND,
    made_by="Instagram's servers, when the upload begins: posts appear then or later",
    sources=(
        "instagram-engineering.com/sharding-ids-at-instagram-1cf5a71e5a5c",
        "ws-dl.blogspot.com/2021/02/2021-02-20-creation-time-and-published.html",
    ),
)
MEDIA_ID = replace(
    SHORTCODE,
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    not_before=datetime(2016, 8, 2, tzinfo=UTC),
    began="Instagram has had stories since that day",
    formula="ID ÷ 2^23, rounded down: milliseconds since 2011-08-24T21:07:01.721Z",
)

SCHEMES = {"post": SHORTCODE, "story": MEDIA_ID}
NOTE = "The ID is made when the upload begins: the post appeared then or later."
