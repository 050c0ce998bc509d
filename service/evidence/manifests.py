"""What a bag's manifests say of its files (RFC 8493 §2.1.3; docs/evidence-format.md, 3.2)."""

from __future__ import annotations

import re
from pathlib import Path

from service.evidence.disk import in_words
from service.evidence.errors import NotABag

_NAMES = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
_MOST_BYTES = 256 << 10  # format, 1.4


def listed_digests(bag: Path) -> dict[str, str]:
    """The SHA-256 in hex of each file that the manifests list, by its path in the bag.

    Raises `NotABag` where one is missing or cannot be read as a manifest. Their own digests are not
    checked here: the tag manifest's word on the manifest is among what is returned.
    """
    listed: dict[str, str] = {}
    for name in _NAMES:
        for line in _text(bag, name).splitlines():
            found = _LINE.fullmatch(line)
            if not found or found[2] in listed:
                raise NotABag(f"{name} of {bag.name} has a line that no manifest has.")
            listed[found[2]] = found[1]
    return listed


def _text(bag: Path, name: str) -> str:
    path = bag / name
    if path.is_symlink() or not path.is_file():
        raise NotABag(f"{bag.name} has no {name}: it is not sealed.")
    with in_words(f"{path} cannot be read"), path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES or not content.isascii():
        raise NotABag(f"{name} of {bag.name} is not a manifest.")
    return content.decode("ascii")
