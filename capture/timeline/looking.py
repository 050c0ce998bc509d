"""What the document in the window shows: its links, and what stands around those that are posts.

The scripts run in the lens's isolated world, where the page's own scripts cannot meddle. That world
keeps what it has told, so that a look costs as much as has come since the one before, however long
the page has grown; indices mean the links of the latest look.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture.browser.lens import Lens
from capture.platforms.embedded import values_in_answer, values_in_script

LINKS_AT_MOST = 2_000
_SCRIPTS_AT_MOST = 8_000_000  # characters
_TEXT_AT_MOST = 500

_HERE = Path(__file__).parent
_LOOK = (_HERE / "look.js").read_text("utf-8")
_CARDS = (_HERE / "cards.js").read_text("utf-8")
_EMBEDDED = (_HERE / "embedded.js").read_text("utf-8")


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
    tells, `head` the beginning of all. `links` are pairs of URL and text, `attributes` are those
    of the markup between permalink and card whose names begin with ``data-``."""

    text: str
    head: str
    time: str
    shown: str
    hints: str
    classes: str
    links: tuple[tuple[str, str], ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


async def look(lens: Lens, *, whole: bool = False) -> tuple[list[Link], bool]:
    """The links that came since the latest look, and whether there are more to ask for at once;
    with `whole`, all links of the document. Raises `LensProblem`."""
    answer = await lens.evaluate(f"({_LOOK})({LINKS_AT_MOST}, {json.dumps(whole)})", 20) or {}
    links = [_link(each) for each in answer.get("links", []) if isinstance(each, dict)]
    return links, bool(answer.get("more"))


async def cards(lens: Lens, groups: Mapping[int, str], wanted: Collection[str]) -> dict[str, Card]:
    """The card of each post that is `wanted`; `groups` maps a link's index in the latest look to
    its post, and has all posts among those links, since one bounds the other."""
    if not groups:
        return {}
    links = json.dumps({str(at): name for at, name in groups.items()})
    asked = f"({_CARDS})({links}, {json.dumps(sorted(wanted))}, {_TEXT_AT_MOST})"
    found = await lens.evaluate(asked, 20)
    return {str(name): _card(each) for name, each in found.items()} if found else {}


async def embedded(lens: Lens) -> list[object]:
    """The data in the document's scripts. Raises `LensProblem`."""
    found = await lens.evaluate(f"({_EMBEDDED})({_SCRIPTS_AT_MOST})", 20) or []
    return [value for each in found for value in _values(each)]


def _values(script: dict[str, Any]) -> Iterator[object]:
    text = _text(script.get("text"))
    return values_in_answer(text) if script.get("json") else values_in_script(text)


def _link(raw: dict[str, Any]) -> Link:
    flags = (bool(raw.get(name)) for name in ("dated", "marked", "listed", "aside"))
    return Link(_text(raw.get("url")), *flags)


def _card(raw: dict[str, Any]) -> Card:
    text, head, time, shown, hints, classes = (
        _text(raw.get(name)) for name in ("text", "head", "time", "shown", "hints", "classes")
    )
    links = tuple((_text(url), _text(label)) for url, label in raw.get("links", []))
    pairs = ((_text(name), _text(value)) for name, value in reversed(raw.get("attributes", [])))
    return Card(text, head, time, shown, hints, classes, links, dict(pairs))


def _text(value: object) -> str:
    """A page can make up half characters, which no file could hold."""
    return str(value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
