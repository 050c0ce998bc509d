"""Video IDs of TikTok hold the second in which they were made, in their upper 32 bits.

Sources: R. Benson, *Tinkering with TikTok Timestamps* (DFIR Review, 2020-09-25, peer-reviewed;
dfir.pubpub.org); B. Steel and others, *Just Another Hour on TikTok* (arXiv:2504.13279), who drew
complete samples of the platform by this formula. The ID is made when the upload begins: the time of
posting that TikTok itself tells is 4 to 11 seconds later for the pairs in our tests.

By the paper the next 10 bits are milliseconds in most cases; that is too weak to tell. Videos from
musical.ly, which TikTok took over in 2018, can have counted IDs, which decode to 1970.
"""

from __future__ import annotations

from datetime import UTC, datetime

from capture.platforms.timescheme import DECIMAL, TimeScheme, Unit

VIDEO = TimeScheme(
    form=r"[1-9][0-9]{0,19}",
    digits=DECIMAL,
    shift=32,
    unit=Unit.SECOND,
    epoch=datetime(1970, 1, 1, tzinfo=UTC),
    not_before=datetime(2014, 1, 1, tzinfo=UTC),
    began="musical.ly, from which TikTok has its oldest videos, was founded in 2014",
    formula="ID ÷ 2^32, rounded down: seconds since 1970-01-01T00:00:00Z",
    made_by="TikTok's servers, when the upload begins: videos appear then or later",
    sources=(
        "dfir.pubpub.org/pub/9llea7yp",
        "arxiv.org/abs/2504.13279",
    ),
)

SCHEMES = {"video": VIDEO, "post": VIDEO}
NOTE = (
    "The name in a video's address is not checked by TikTok. "
    "The ID is made when the upload begins: the video appeared then or later."
)
