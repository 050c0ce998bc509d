"""Post codes of Threads are those of Instagram, by the same formula: one system makes both.

Threads publishes nothing of it; the pairs in our tests show it: of posts by two accounts, two agree
to the second, one is 24 seconds and one 8 minutes early (videos: the ID is made when the upload
begins). Threads opened on 2023-07-05; what was posted before was posted by those who tried it out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from capture.platforms.instagram.ids import SHORTCODE

POST_CODE = replace(
    SHORTCODE,
    not_before=datetime(2023, 1, 1, tzinfo=UTC),
    began="Threads opened on 2023-07-05",
    made_by="Meta's servers, when the upload begins: posts appear then or later",
    sources=(
        *SHORTCODE.sources,
        "posts of known time in the tests of yt-dlp's extractor for Threads",
    ),
)

SCHEMES = {"post": POST_CODE}
NOTE = "The ID is made when the upload begins: the post appeared then or later."
