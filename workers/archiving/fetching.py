"""A few files of a stored bag, laid out as in the bag: what judging and comparing take."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from service.captures.models import Capture
from service.evidence.errors import Altered, NotStored
from service.evidence.keeping import evidence_store
from service.evidence.zipped import Part

STATEMENT = "seal/statement.json"
JUDGED = (STATEMENT, "data/capture.json", "data/text.txt")
COMPARED = ("data/text.txt", "data/screenshot.png")


def fetch(capture: Capture, names: Iterable[str], into: Path) -> Path:
    """The files `names` of the sealed bag, those that it has; the bag's folder, in `into`.

    Raises `EvidenceError` (`Altered` where a file is not what was stored), `OSError`.
    """
    if not capture.bag:
        raise NotStored("Its evidence is not there any more.")
    bag = into / capture.bag
    for name in names:
        if name in capture.parts:
            place = bag / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_content(capture, name))
    return bag


def _content(capture: Capture, name: str) -> bytes:
    part = Part(**capture.parts[name])
    pieces = evidence_store().read(capture.object_key, part.offset, part.offset + part.length)
    content = b"".join(pieces)
    if sha256(content).hexdigest() != part.sha256:
        raise Altered(f"{name} in the store is not what was stored.")
    return content
