"""What was edited: the difference between two captures of one post, in words and in pixels."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from workers.profiles.evidence import text_of

_LINES_AT_MOST = 400
_PIXELS_AT_MOST = 200_000_000


def difference(before: Path, after: Path) -> dict[str, Any]:
    """As the inventory has it (format 10.3): `text`, a unified diff, and `picture` or None."""
    one, other = (text_of(bag).splitlines() for bag in (before, after))
    lines = difflib.unified_diff(one, other, before.name, after.name, lineterm="")
    return {"text": "\n".join(list(lines)[:_LINES_AT_MOST]), "picture": _pixels(before, after)}


def _pixels(before: Path, after: Path) -> dict[str, int] | None:
    """Over the area that both pictures have; what is only in one counts as changed."""
    pictures = [bag / "data" / "screenshot.png" for bag in (before, after)]
    if not all(path.exists() for path in pictures):
        return None
    with Image.open(pictures[0]) as one, Image.open(pictures[1]) as other:
        width, height = max(one.width, other.width), max(one.height, other.height)
        if width * height > _PIXELS_AT_MOST:
            return None
        common = (0, 0, min(one.width, other.width), min(one.height, other.height))
        parts = [each.convert("RGB").crop(common) for each in (one, other)]
    changed = ImageChops.difference(*parts).convert("L").point(lambda value: 255 if value else 0)
    same = changed.histogram()[0]
    return {"changed_px": width * height - same, "compared_px": width * height}
