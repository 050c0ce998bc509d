"""No ID of Facebook is known to hold a time.

Meta publishes nothing of how numeric IDs are given out, and they come in several ranges, so that
not even their order is to be relied on. ``pfbid…`` in newer addresses is made of a post's ID and a
time stamp and changes with time, to hinder scraping (Meta's announcement of September 2022, as
reported by basicthinking.de, 2022-09-12): one post can have several, and the time is that of the
address. So it is kept as a name, and joins nothing.
"""

from __future__ import annotations

from capture.platforms.timescheme import Schemes

SCHEMES: Schemes = {}
NOTE = "No time in these IDs, and no order to rely on. A pfbid… is no permanent ID of its post."
