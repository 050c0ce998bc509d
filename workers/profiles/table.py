"""`inventory.csv`: the same for people (format, 10.6)."""

from __future__ import annotations

import csv
import io
from typing import Any

COLUMNS = (
    *("number", "url", "key", "own", "repost", "pinned", "author", "shown_time", "datetime"),
    *("decoded_time", "found_in", "first_seen", "last_seen", "state", "reason", "change"),
    *("captures", "statement_sha256", "text"),
)
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def as_table(inventory: dict[str, Any]) -> bytes:
    """UTF-8, RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for post in inventory["posts"]:
        writer.writerow([_cell(value) for value in _row(post)])
    return out.getvalue().encode()


def _row(post: dict[str, Any]) -> list[object]:
    latest = post["captures"][-1]["statement_sha256"] if post["captures"] else None
    decoded = next((each["time"] for each in post["decoded"] if each["time"]), None)
    own = {
        "author": post["author"]["name"],
        "decoded_time": decoded,
        "captures": len(post["captures"]),
        "statement_sha256": latest,
    }
    return [own[name] if name in own else post[name] for name in COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_COMPUTED) else text
