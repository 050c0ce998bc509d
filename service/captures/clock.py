"""The one clock that leases and waits are measured by: the database's.

Machines disagree about the time; the database they share does not. Its clock can still be set: so
what is written down is never believed further than it could rightly reach (`states`, `queue`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """The time by the database's clock; SQLite has this machine's."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]
