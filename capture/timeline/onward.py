"""How a timeline goes on where scrolling brings nothing more: a button, or a link to a next page.

A button is pressed only if it says that it shows more, and stands in no form that sends anything
but a query: nothing is liked, followed or posted by it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.browser.lens import Lens
from capture.platforms.address import Address, name_of, read_address

_WAYS = (Path(__file__).parent / "ways.js").read_text("utf-8")
_PRESS = "(() => { const b = (globalThis.holdfastButtons || [])[%d]; if (b) b.click(); })()"
_DIGITS = 7
_ARROWS = " .…«»→←>⟩▸▼"
_PAGE = re.compile(r"p|page|paged|pg|seite")
_PAGE_PATH = re.compile(rf"(.*/)(?:page|p|seite)[/-]?([0-9]{{1,{_DIGITS}}})/")


@dataclass(frozen=True)
class Ways:
    """`buttons` are indices and words; `links` are URL, words, and whether it has the relation that
    leads to older posts; `feeds` are the URLs of feeds that the page names."""

    buttons: tuple[str, ...]
    links: tuple[tuple[str, str, bool], ...]
    feeds: tuple[str, ...]


async def ways(lens: Lens, relation: str = "next") -> Ways:
    """What the document offers; `relation` is that of older pages. Raises `LensProblem`."""
    found: dict[str, Any] = await lens.evaluate(f"({_WAYS})({json.dumps(relation)})", 20) or {}
    links = tuple(
        (str(each["url"]), str(each["text"]), bool(each["next"])) for each in found.get("links", [])
    )
    return Ways(tuple(map(str, found.get("buttons", []))), links, tuple(found.get("feeds", [])))


async def press(lens: Lens, button: int) -> None:
    """Press the button of this index in the latest `ways`."""
    await lens.evaluate(_PRESS % button)


def button_for_more(found: Ways, more: re.Pattern[str]) -> int | None:
    """The last button that says just that it shows more."""
    fitting = [at for at, said in enumerate(found.buttons) if _is_just(more, said)]
    return fitting[-1] if fitting else None


def is_numbered(url: str) -> bool:
    """Whether it is a page with a number: what stands on it moves on when something is deleted."""
    address = read_address(url)
    return address is not None and _numbered(address)[1] > 1


def next_page(found: Ways, here: str, older: re.Pattern[str]) -> str | None:
    """The URL of the page after `here`, on the same site; None where there is none.

    By its relation (HTML), else by the words of a link, else the page numbered one higher.
    """
    address = read_address(here)
    if address is None:
        return None
    links = [each for each in found.links if _is_other(each[0], address)]
    by_relation = (link for link, _, is_next in links if is_next)
    by_words = (link for link, said, _ in links if _is_just(older, said))
    by_number = (link for link, _, _ in links if _is_following(link, address))
    return next((link for each in (by_relation, by_words, by_number) for link in each), None)


def _is_just(pattern: re.Pattern[str], said: str) -> bool:
    bare = said.strip(_ARROWS)
    return bool(said) and (pattern.fullmatch(bare) or pattern.fullmatch(said.strip())) is not None


def _is_other(link: str, here: Address) -> bool:
    address = read_address(link)
    is_same = address is not None and (address.path, address.query) == (here.path, here.query)
    return address is not None and address.origin == here.origin and not is_same


def _is_following(link: str, here: Address) -> bool:
    there = read_address(link)
    if there is None:
        return False
    scope, number = _numbered(here)
    return _numbered(there) == (scope, number + 1)


def _numbered(address: Address) -> tuple[tuple[str, tuple[str, ...]], int]:
    """What has pages, and the number of this one; without a number it is the first."""
    path = address.path.rstrip("/") + "/"
    for part in address.query:
        value = part.partition("=")[2]
        if _PAGE.fullmatch(name_of(part)) and value.isdecimal() and len(value) < _DIGITS:
            return (path, tuple(each for each in address.query if each != part)), int(value)
    if found := _PAGE_PATH.fullmatch(path):
        return (found[1], address.query), int(found[2])
    return (path, address.query), 1
