"""Waits that no clock can make endless.

Each wait is written down with the moment in which it was (`since`). A clock that is set back makes
that moment lie ahead: then nothing is known of the wait, and it counts as over. A clock that is set
forward ends waits early, once.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q


def due(moment: datetime) -> Q:
    """Captures that may start as far as their own wait goes."""
    return Q(not_before=None) | Q(not_before__lte=moment) | Q(waiting_since__gt=moment)


def resting(moment: datetime) -> Q:
    """Web sites that are to be left alone for now."""
    return Q(next_at__gt=moment, since__lte=moment)
