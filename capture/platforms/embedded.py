"""JSON in a page's HTML and in answers, wrapped in the ways that sites wrap it. Never raises."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

VALUES_AT_MOST = 40
_SHIELD = re.compile(r"\s*(?:for\s*\(;;\);|while\s*\(1\);|\)\]\}'[^\n]*\n?)")
_ASSIGNED = re.compile(r"[\w$\]\"')]\s*=\s*(?=[{\[])")
_DECODER = json.JSONDecoder()


def values_in_answer(text: str) -> Iterator[object]:
    """The JSON of an answer: whole, behind a shield against inclusion, or one value a line."""
    bare = _SHIELD.sub("", text, count=1) if _SHIELD.match(text) else text
    whole = _value(bare)
    if whole is not None:
        yield whole
        return
    for line in bare.splitlines()[:VALUES_AT_MOST]:
        value = _value(line)
        if value is not None:
            yield value


def values_in_script(text: str) -> Iterator[object]:
    """The JSON that a script assigns to something: ``window.NAME = {…};``."""
    place = 0
    for _ in range(VALUES_AT_MOST):
        match = _ASSIGNED.search(text, place)
        if match is None:
            return
        place = match.end()
        try:
            value, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            continue
        yield value


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def value_in_base64(text: str) -> object:
    """The JSON in a base64 text, with or without its padding; None where there is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        return _value(raw.decode())
    except ValueError:
        return None
