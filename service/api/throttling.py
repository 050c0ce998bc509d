"""Not too many requests with one token: a leaky bucket, one conditional UPDATE a request.

The generic cell rate algorithm (ITU-T I.371, annex A): each request pushes `until` on by what it
costs; one that would push it more than a minute ahead of now has to wait. So a token may do a
minute's worth of requests at once, and in the long run no more than its rate. All web processes
share it, since it stands in the database.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Greatest

from service.accounts.models import ApiToken
from service.api.models import Allowance

_WINDOW_S = 60.0


def spend(token: ApiToken) -> float:
    """Count one request of `token`; 0 if it may be done, else the seconds to wait before it."""
    cost = _WINDOW_S / settings.API_RATE
    now = time.time()
    if _spend(token, now, cost):
        return 0
    allowance, _ = Allowance.objects.get_or_create(token=token)
    if _spend(token, now, cost):  # its first requests, perhaps several at once
        return 0
    return max(allowance.until + cost - _WINDOW_S - now, 1)


def _spend(token: ApiToken, now: float, cost: float) -> bool:
    within = Allowance.objects.filter(token=token, until__lte=now + _WINDOW_S - cost)
    return bool(within.update(until=Greatest(F("until"), Value(now)) + cost))
