"""Text from a bag, made safe and honest to show on a page.

A bag is written by strangers. What they wrote must neither become markup nor look like something
else: every character that does not show, or that turns the direction of others, is shown by its
number in a frame, and each piece is set apart from what stands around it (UAX #9, isolates).
Markup is a type of its own, so that a type checker finds what was not escaped.
"""

import html
import unicodedata
from collections.abc import Iterable
from typing import NewType

Markup = NewType("Markup", str)

SHOWN_CHARS = 1000
_MARKS_IN_A_ROW = 3  # accents on one letter; more of them paint over the lines around
# Letters by their category that show nothing: fillers, joiners, the blank Braille pattern.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = (range(0xFE00, 0xFE10), range(0x180B, 0x1810), range(0xE0100, 0xE01F0))


def tag(name: str, *content: str, **attributes: str) -> Markup:
    """Return an element around markup, with these attributes, whose values are text.

    An attribute's name loses a final underscore; others become dashes. `content` must be markup
    already: put text through `shown`, `code` or `words`.
    """
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    given = "".join(f' {names[key]}="{html.escape(x)}"' for key, x in attributes.items())
    return Markup(f"<{name}{given}>{''.join(content)}</{name}>")


def words(text: str) -> Markup:
    """Return our own words, which hold nothing from a bag."""
    return Markup(html.escape(text))


def shown(text: str) -> Markup:
    """Return text from a bag or a path: nothing hidden, isolated, cut where it has no end."""
    return tag("bdi", visible(text), class_="told")


def code(text: str) -> Markup:
    """Return a hash, path or command, to be read letter by letter from left to right."""
    return tag("code", tag("bdi", visible(text, None), dir="ltr"))


def visible(text: str, limit: int | None = SHOWN_CHARS) -> Markup:
    """Return text escaped, with a framed number for each character that does not show itself."""
    cut = len(text) - limit if limit is not None else 0
    pieces = list(_pieces(text if cut <= 0 else text[:limit]))
    if cut > 0:
        pieces.append(tag("span", words(f"cut: {cut} more characters"), class_="mark"))
    return Markup("".join(pieces))


def _pieces(text: str) -> Iterable[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if _shows(char) and marks <= _MARKS_IN_A_ROW:
            yield html.escape(char)
        else:
            yield tag("span", f"U+{ord(char):04X}", class_="mark", title=_name(char))


def _shows(char: str) -> bool:
    blank = char in _BLANK or any(ord(char) in selectors for selectors in _SELECTORS)
    return char.isprintable() and not blank


def _name(char: str) -> str:
    return unicodedata.name(char, "no printable character")
