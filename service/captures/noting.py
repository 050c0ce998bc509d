"""A person's note on a capture: theirs to change, and no part of the evidence."""

from __future__ import annotations

from service.captures.models import Capture, State


def set_note(capture: Capture, text: str) -> bool:
    """Keep `text` in place of the note before; False for an erased capture, which has none."""
    there = Capture.objects.filter(pk=capture.pk).exclude(state=State.ERASED)
    return bool(there.update(note=text))
