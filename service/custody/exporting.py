"""The chain of one capture as a document that goes with the evidence."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from service.custody.recording import history

NOT_PROVED = (
    "That no event was cut off at the end: compare the last digest with one noted elsewhere.",
    "That the service told the truth when it wrote an event; only that nothing was changed since.",
)


def export(capture: uuid.UUID, *, private: bool = False) -> dict[str, Any]:
    """The custody document: every event in order, and what it does not prove.

    Names and addresses are left out unless `private`: the chain can be checked without them.
    """
    events = history(capture, private=private)
    return {
        "type": "holdfast-custody",
        "version": 1,
        "capture": str(capture),
        "exported": timezone.now().isoformat(timespec="microseconds"),
        "last_digest": events[-1]["digest"] if events else None,
        "does_not_prove": list(NOT_PROVED),
        "events": events,
    }
