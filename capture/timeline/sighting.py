"""What a timeline shows of one post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Own(StrEnum):
    """Whether a post is the account's own; `docs/evidence-format.md` §10.3."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Author:
    """Whom the timeline names: `key` stays, `name` can change; either may be unknown."""

    key: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Sighting:
    """One post as the timeline shows it at this moment; all of it is the site's own word.

    `url` is its permalink in the one way to write it; `key`, `ids` and `names` are what that URL
    says (`capture.platforms.identity`). `shown_time` is the time in words, `datetime` the one in
    the markup. `text` has at most 500 characters, white space folded.
    """

    url: str
    key: str | None
    ids: Mapping[str, str]
    names: Mapping[str, str]
    author: Author
    own: Own
    is_repost: bool
    is_pinned: bool
    shown_time: str | None
    datetime: str | None
    text: str

    @property
    def mark(self) -> str:
        """What it is told apart from other posts by: its ID, or its URL where it has none."""
        return self.key or self.url
