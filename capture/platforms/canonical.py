"""One way to write a URL, for sites of which nothing more is known.

What it leaves: the order of the query's parts, letter case in path and query, a slash at the end:
a server may tell them apart. What it takes away: tracking parameters, and a fragment unless it
looks like a place within the site (``#!…``, ``#/…``), as pages made by scripts have them.
"""

from __future__ import annotations

from collections.abc import Collection

from capture.platforms.address import Address, name_of
from capture.platforms.tracking import is_tracking


def canonical(address: Address, tracking: Collection[str] = (), host: str = "") -> str:
    """Write `address` the one way; `tracking` are parameters of this site that go as well.

    With `host`, the address is written as one of that host, by https. Applied to its own result,
    it gives that again.
    """
    origin = f"https://{host}" if host else address.origin
    query = [part for part in address.query if not _tracks(name_of(part), tracking)]
    place = address.fragment.partition(":~:")[0]
    return (
        f"{origin}{address.path}"
        + (f"?{'&'.join(query)}" if query else "")
        + (f"#{place}" if place.startswith(("!", "/")) else "")
    )


def _tracks(name: str, tracking: Collection[str]) -> bool:
    return name in tracking or is_tracking(name)
