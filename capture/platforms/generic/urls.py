"""URLs of any other site: only written one way, see `capture.platforms.canonical`."""

from __future__ import annotations

from capture.platforms.generic.ids import NOTE, SCHEMES
from capture.platforms.platform import Platform

PLATFORM = Platform(
    name="generic",
    title="any other site",
    certain=False,
    shapes=(),
    patterns={},
    ids=frozenset(),
    schemes=SCHEMES,
    note=NOTE,
)
