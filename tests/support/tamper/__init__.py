"""Bad evidence: about a thousand bags with one defect each, made from the good ones at test time.

`bag` is a good bag and what can be done to it, `registry` the list; the others are the recipes, by
the part of a bag that they attack. `python -m tests.support.tamper` lists them, and writes one out
to look at: `python -m tests.support.tamper NAME DIRECTORY`.
"""

from tests.support.tamper import (  # noqa: F401 -- registers their vectors
    bits,
    cached,
    inventories,
    manifests,
    places,
    redaction,
    revocation,
    signatures,
    statements,
    story,
    timestamps,
    warc,
    zips,
)
from tests.support.tamper.registry import VECTORS, Vector

__all__ = ["VECTORS", "Vector"]
