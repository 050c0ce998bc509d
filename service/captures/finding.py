"""Looking a capture up: always through its case."""

from __future__ import annotations

import uuid

from service.accounts.models import User
from service.captures.models import Capture
from service.cases.access import NotFound, case_for
from service.cases.roles import Act


def find_capture(user: User, capture_id: uuid.UUID | str, act: Act) -> Capture:
    """The capture, where `user` may do `act` in its case. Raises `NotFound`, `NotAllowed`."""
    try:
        capture = Capture.objects.get(pk=uuid.UUID(str(capture_id)))
    except (Capture.DoesNotExist, ValueError):
        raise NotFound("There is no such capture.") from None
    try:
        case_for(user, capture.case_id, act)
    except NotFound:
        raise NotFound("There is no such capture.") from None
    return capture
