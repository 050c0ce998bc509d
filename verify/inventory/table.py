"""The table: inventory.csv, made again from the inventory (format, 10.6; RFC 4180).

What is there is compared by its hash with what this gives, so that it never has to be read.
"""

import re
from collections.abc import Iterator

from verify.inventory.parts import Inventory, Post

COLUMNS = (
    *("number", "url", "key", "own", "repost", "pinned", "author", "shown_time", "datetime"),
    *("decoded_time", "found_in", "first_seen", "last_seen", "state", "reason", "change"),
    *("captures", "statement_sha256", "text"),
)
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute
_QUOTED = re.compile(r'[,"\r\n]')


def lines(inventory: Inventory) -> Iterator[bytes]:
    """Yield the lines of the table, each with its end."""
    yield _line(COLUMNS)
    for post in inventory.posts:
        yield _line(_values(post))


def _values(post: Post) -> tuple[str, ...]:
    return (
        str(post.number),
        post.url,
        post.key or "",
        post.own,
        _yes(post.repost),
        _yes(post.pinned),
        post.author[1] or "",
        post.shown_time or "",
        post.datetime or "",
        _decoded_time(post),
        "" if post.found_in is None else str(post.found_in),
        post.first_seen,
        post.last_seen,
        post.state,
        post.reason or "",
        post.change or "",
        str(len(post.captures)),
        post.captures[-1].statement_sha256 if post.captures else "",
        post.text,
    )


def _decoded_time(post: Post) -> str:
    """Return the first time that is not null; whether the times are in form is for step 8."""
    times = [each.get("time") for each in post.decoded if isinstance(each, dict)]
    return next((time for time in times if isinstance(time, str)), "")


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _line(values: tuple[str, ...]) -> bytes:
    text = ",".join(_cell(value) for value in values) + "\r\n"
    return text.encode("utf-8", "replace")  # decoded times alone can still hold what has no UTF-8


def _cell(value: str) -> str:
    if value.startswith(_COMPUTED):
        value = f"'{value}"
    if _QUOTED.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value
