"""What opens the commitments of a bag, for the day on which somebody disputes a place in it."""

from __future__ import annotations

import json
import uuid

from service.encryption import decrypted, encrypted
from service.sessions.models import Opening

_PURPOSE = "holdfast openings"


def keep(capture: uuid.UUID, bag: str, key: bytes, values: list[bytes]) -> None:
    """Keep the key of the bag's commitments, and the values that they stand for."""
    opening = {"key": key.hex(), "values": [value.hex() for value in values]}
    content = encrypted(json.dumps(opening), _PURPOSE)
    Opening.objects.update_or_create(bag=bag, defaults={"capture_id": capture, "content": content})


def opening_of(bag: str) -> tuple[bytes, list[bytes]] | None:
    """Key and values; None where there are none. Raises `service.encryption.SecretLost`."""
    kept = Opening.objects.filter(bag=bag).first()
    if kept is None:
        return None
    fields = json.loads(decrypted(kept.content, _PURPOSE))
    return bytes.fromhex(fields["key"]), [bytes.fromhex(value) for value in fields["values"]]


def forget(capture: uuid.UUID) -> None:
    """The capture is erased."""
    Opening.objects.filter(capture_id=capture).delete()
