"""A person may no longer submit to a case: their sessions are used for it no more."""

from __future__ import annotations

from service.accounts.models import User
from service.cases.models import Case


def take_back_all_of(user: User, case: Case) -> None:
    """What still waits in `case` to be seen by a session of `user` is not captured, and profiles
    that are seen by one are paused when their turn comes. What is preserved stays."""
    for session in user.supplied_sessions.all():
        session.captures.filter(case=case).update(session=None)
        session.profiles.filter(case=case).update(session=None)
