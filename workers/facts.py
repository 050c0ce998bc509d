"""What the service is told of a capture: a few facts out of its record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from seal.authorities import Attempt, FailedAttempt
from workers.pipeline import Preserved


def facts_of(preserved: Preserved) -> dict[str, Any]:
    """Facts for people; the record itself, `capture.json`, is in the bag."""
    record = _record(preserved)
    return {
        "final_url": record["final_url"],
        "status": document_status(preserved),
        "title": record["page"]["title"] if record["page"] else "",
        "started": record["started"],
        "ended": record["ended"],
        "exchanges": record["counts"]["exchanges"],
        "timestamps": granted(preserved.attempts),
    }


def granted(attempts: Sequence[Attempt]) -> list[str]:
    """The authorities that gave a timestamp."""
    return [each.authority for each in attempts if not isinstance(each, FailedAttempt)]


def document_status(preserved: Preserved) -> int | None:
    """The HTTP status of the main document, None where none came."""
    document = _record(preserved)["document"]
    return document["status"] if document else None


def document_field(preserved: Preserved, name: str) -> str | None:
    """The first header field `name` (lower case) of the main document."""
    document = _record(preserved)["document"]
    fields = document["headers"] if document else []
    return next((value for each, value in fields if each.lower() == name), None)


def _record(preserved: Preserved) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(
        (preserved.bag / "data" / "capture.json").read_text("utf-8")
    )
    return record
