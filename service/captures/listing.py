"""Which captures a person may see, and those of them that fit."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from service.accounts.models import User
from service.captures.models import Capture, State
from service.cases.models import Case, Membership


def visible_captures(
    user: User, case: Case | None = None, states: Collection[State] = (), url: str | None = None
) -> QuerySet[Capture]:
    """Captures of the person's cases, without their reports: of one `case`, in one of `states`, of
    exactly this `url`, where these are given.

    Whether `user` may see `case` is asked by the caller (`case_for`).
    """
    if case is not None:
        captures = Capture.objects.filter(case=case)
    else:
        mine = Membership.objects.filter(user=user).values("case")
        captures = Capture.objects.filter(case__in=mine)
    if states:
        captures = captures.filter(state__in=states)
    if url is not None:
        captures = captures.filter(url=url)
    return captures.defer("report", "parts")
