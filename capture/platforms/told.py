"""What a platform's own data say of accounts and posts: the site's word, by ID instead of by name.

A reader is a pure function of one JSON value, such as an answer of the platform's API or the data
in a page's HTML. It never raises, whatever the value; what it does not know, it does not mention.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ToldAccount:
    """`ids` are permanent, by the names that the platform's URLs have for them where they have any;
    the first is what the account is known by. `name` is its handle at that moment."""

    ids: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True)
class ToldPost:
    """`id` is the one in its permalink. `fields` make that permalink (`Platform.permalink`), else
    `url` is it; neither: it is known only beside a permalink that the page shows. `shared_by` is
    who passed it on to their readers. `time` is RFC 3339; `text` is cut short."""

    id: str
    author: ToldAccount = ToldAccount()
    fields: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
    time: str | None = None
    text: str = ""
    is_pinned: bool = False
    shared_by: ToldAccount | None = None


@dataclass(frozen=True)
class Told:
    """`owner` is the account of which the page says that it is its page."""

    posts: tuple[ToldPost, ...] = ()
    accounts: tuple[ToldAccount, ...] = ()
    owner: ToldAccount | None = None


DataReader = Callable[[object], Told]
AttributeReader = Callable[[Mapping[str, str]], ToldPost | None]
"""What the ``data-…`` attributes around a post say of it (their names as in the HTML); its ID is
empty where they do not say it."""


def nothing(_: object) -> Told:
    """The reader of a platform whose data are not known."""
    return Told()


def nobody(_: Mapping[str, str]) -> ToldPost | None:
    """The same for attributes."""
    return None
