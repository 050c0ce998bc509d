"""What the document in the window shows: its links, and what stands around those that are posts.

The scripts run in the lens's isolated world, where the page's own scripts cannot meddle. Between
the two looks, that world keeps the list of links; indices mean those of the latest look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.browser.lens import Lens

LINKS_AT_MOST = 5_000
_TEXT_AT_MOST = 500

_HERE = Path(__file__).parent
_LOOK = (_HERE / "look.js").read_text("utf-8")
_CARDS = (_HERE / "cards.js").read_text("utf-8")


@dataclass(frozen=True)
class Link:
    """One link. `dated`: it holds a time; `marked`: its markup calls it a permalink (HTML
    ``rel=bookmark``, microformats ``u-url``); `listed`: it stands in an item of a list or an
    article; `aside`: it stands in navigation or the like."""

    url: str
    dated: bool
    marked: bool
    listed: bool
    aside: bool


@dataclass(frozen=True)
class Card:
    """What stands around the permalink of one post: `text` is the post's own, as far as the markup
    tells, `head` the beginning of all. `links` are pairs of URL and text."""

    text: str
    head: str
    time: str
    shown: str
    hints: str
    classes: str
    links: tuple[tuple[str, str], ...]


async def look(lens: Lens) -> list[Link]:
    """The links of the document, in its order. Raises `LensProblem`."""
    found = await lens.evaluate(f"({_LOOK})({LINKS_AT_MOST})", 20)
    return [_link(each) for each in found if isinstance(each, dict)] if found else []


async def cards(lens: Lens, groups: Mapping[int, str]) -> dict[str, Card]:
    """The card of each post; `groups` maps a link's index in the latest look to its post."""
    if not groups:
        return {}
    wanted = json.dumps({str(at): name for at, name in groups.items()})
    found = await lens.evaluate(f"({_CARDS})({wanted}, {_TEXT_AT_MOST})", 20)
    return {str(name): _card(each) for name, each in found.items()} if found else {}


def _link(raw: dict[str, Any]) -> Link:
    flags = (bool(raw.get(name)) for name in ("dated", "marked", "listed", "aside"))
    return Link(_text(raw.get("url")), *flags)


def _card(raw: dict[str, Any]) -> Card:
    text, head, time, shown, hints, classes = (
        _text(raw.get(name)) for name in ("text", "head", "time", "shown", "hints", "classes")
    )
    links = tuple((_text(url), _text(label)) for url, label in raw.get("links", []))
    return Card(text, head, time, shown, hints, classes, links)


def _text(value: object) -> str:
    """A page can make up half characters, which no file could hold."""
    return str(value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
