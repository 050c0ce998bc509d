"""What a URL says about what it leads to: platform, kind, IDs, names, canonical URL, times.

Read from the URL alone, so only as true as the URL. On some platforms the name in a post's URL is
not even looked at: ``x.com/anybody/status/20`` shows the post 20 whoever wrote it. Join by IDs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from capture.platforms.address import Address, read_address
from capture.platforms.platform import Platform, Reading
from capture.platforms.registry import platform_of
from capture.platforms.shape import Kind
from capture.platforms.timescheme import DecodedTime


@dataclass(frozen=True)
class Identity:
    """What a URL leads to, as far as the URL itself says.

    `ids` are permanent; `names` can change, and can belong to somebody else tomorrow. `key` is
    equal for two URLs that lead to the same thing by its ID, and None where there is no ID.
    `certain` is false where the platform is known by the shape of the URL only.
    """

    platform: Platform
    kind: Kind
    ids: Mapping[str, str]
    names: Mapping[str, str]
    key: str | None
    canonical_url: str
    times: tuple[DecodedTime, ...]

    @property
    def certain(self) -> bool:
        """Whether the host is the platform's own."""
        return self.platform.certain

    def as_json(self) -> dict[str, object]:
        """As `capture.json` holds it (format, section 6.4)."""
        return {
            "platform": self.platform.name,
            "certain": self.certain,
            "kind": self.kind.value,
            "ids": dict(self.ids),
            "names": dict(self.names),
            "key": self.key,
            "canonical_url": self.canonical_url,
            "times": [time.as_json() for time in self.times],
            "note": self.platform.note,
        }


@lru_cache(maxsize=16_384)
def identify(url: str, now_us: int) -> Identity | None:
    """Say what `url` leads to; None where it is no URL that could be captured. Never raises.

    `now_us` is the present in microseconds since 1970, for judging decoded times.
    """
    address = read_address(url)
    if address is None:
        return None
    platform = platform_of(address)
    reading = platform.read(address) or Reading(Kind.OTHER, {}, platform.clean(address))
    return _identity(platform, reading, address, now_us)


def as_recorded(url: str | None, now_us: int) -> dict[str, object] | None:
    """`identify` for `capture.json`: None where there is no URL, or none of the web."""
    found = identify(url, now_us) if url else None
    return found.as_json() if found else None


def _identity(platform: Platform, reading: Reading, address: Address, now_us: int) -> Identity:
    ids = {name: text for name, text in reading.fields.items() if name in platform.ids}
    times = (
        platform.schemes[name].decode(name, text, now_us)
        for name, text in ids.items()
        if name in platform.schemes
    )
    return Identity(
        platform=platform,
        kind=reading.kind,
        ids=ids,
        names={name: text for name, text in reading.fields.items() if name not in ids},
        key=platform.key(reading.fields, address.host),
        canonical_url=reading.canonical_url,
        times=tuple(time for time in times if time is not None),
    )
