"""What kinds of bags there are: what each holds, and what its statement is called.

Format sections 2 (captures) and 10 (inventories).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BagKind:
    """`required` and `optional` are names of files below `data/`."""

    statement_type: str
    required: frozenset[str]
    optional: frozenset[str] = frozenset()


CAPTURE = BagKind(
    "holdfast-statement",
    frozenset({"capture.json", "page.wacz", "steps.jsonl"}),
    frozenset(
        {"screenshot.png", "viewport.png", "wire.pcapng", "page.mhtml"}
        | {"dom.html", "text.txt", "page.pdf"}
    ),
)
INVENTORY = BagKind("holdfast-inventory-statement", frozenset({"inventory.json", "inventory.csv"}))
