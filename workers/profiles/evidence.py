"""A bag in the job's folder, as the inventory lists it (format 10.3), and what it shows."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def capture_of(bag: Path) -> Json:
    """What the inventory says of the capture in `bag`. Raises `OSError` and `ValueError`."""
    statement, digest = _statement_of(bag)
    return {
        "bag": bag.name,
        "statement_sha256": digest,
        "url": statement["url"],
        "started": statement["started"],
        "outcome": record_of(bag)["outcome"],
    }


def inventory_of(bag: Path) -> Json:
    """What a job notes of a sealed inventory. Raises `OSError` and `ValueError`."""
    statement, digest = _statement_of(bag)
    return {"bag": bag.name, "statement_sha256": digest, "sealed": statement["sealed"]}


def shows_a_page(capture: Json) -> bool:
    """Whether a capture that the inventory lists has a page: the post itself, or a notice."""
    return capture["outcome"] in {"captured", "download"}


def record_of(bag: Path) -> Json:
    """Its `capture.json`."""
    record: Json = json.loads((bag / "data" / "capture.json").read_text("utf-8"))
    return record


def text_of(bag: Path) -> str:
    """The page's visible text; empty where it was not taken."""
    path = bag / "data" / "text.txt"
    return path.read_text("utf-8") if path.exists() else ""


def statement_type(bag: Path) -> str:
    """What kind of bag it is. Raises `OSError` and `ValueError`."""
    return str(_statement_of(bag)[0]["type"])


def _statement_of(bag: Path) -> tuple[Json, str]:
    """The statement, and its hash in hexadecimal digits (format, 4.5)."""
    raw = (bag / "seal" / "statement.json").read_bytes()
    return json.loads(raw), sha256(raw).hexdigest()
