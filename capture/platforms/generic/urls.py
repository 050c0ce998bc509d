"""URLs of any other site: only written one way, see `capture.platforms.canonical`."""

from __future__ import annotations

from capture.platforms.generic.data import read, read_attributes
from capture.platforms.generic.ids import NOTE, SCHEMES
from capture.platforms.generic.timeline import TIMELINE
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
    timeline=TIMELINE,
    read_data=read,
    read_attributes=read_attributes,
)
