"""The first page: an address goes straight in; below it, the cases.

Whoever has no time pastes, and is done: the choice of a case stands there already made, and who
has none gets one.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render

from service.accounts.models import User
from service.captures import submitting
from service.captures.models import UNFINISHED, State
from service.cases.access import case_for, own_case
from service.cases.inviting import invitations_for
from service.cases.models import Case, Membership
from service.cases.roles import ALLOWED, Act, Role
from service.web.doors import Visit, signed_in
from service.web.templatetags.holdfast import visible
from service.web.views.submit import Addresses, commit


class AtOnce(Addresses):
    """Addresses, and the case that they go to: the one with the latest news, unless chosen."""

    case = forms.ChoiceField(label="Into the case")

    def __init__(self, *given: Any, memberships: list[Membership], **more: Any) -> None:
        super().__init__(*given, **more)
        open_to = [each for each in memberships if Act.SUBMIT in ALLOWED[Role(each.role)]]
        if open_to:
            choices = [(str(each.case_id), visible(each.case.name)) for each in open_to]
            self.fields["case"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["case"]


@signed_in
def home(request: Visit) -> HttpResponse:
    """The page, and the commit of what was pasted into it."""
    memberships = _memberships(request.user)
    if request.method != "POST":
        form = AtOnce(memberships=memberships, initial={"key": uuid.uuid4()})
        return _page(request, memberships, form)
    form = AtOnce(request.POST, request.FILES, memberships=memberships)
    if not form.is_valid():
        return _page(request, memberships, form)
    case = _case(request.user, form.cleaned_data)
    try:
        submission = commit(request, case, form.cleaned_data)
    except submitting.KeyReused:
        form.sent_before()
        return _page(request, memberships, form)
    return redirect("verdicts", case_id=submission.case_id, submission_id=submission.pk)


def _case(user: User, given: dict[str, Any]) -> Case:
    """The chosen case; for who has none to choose, one of their own."""
    return case_for(user, given["case"], Act.SUBMIT) if "case" in given else own_case(user)


def _page(request: Visit, memberships: list[Membership], form: AtOnce) -> HttpResponse:
    told = {
        "memberships": memberships,
        "invitations": invitations_for(request.user),
        "form": form,
        "place": "cases",
    }
    return render(request, "cases/cases.html", told, status=400 if form.errors else 200)


def _memberships(user: User) -> list[Membership]:
    """The person's cases, those with news first, each with counts of its case's captures:
    `under_way`, `preserved`, `failed`."""
    captures = "case__captures"
    found = (
        Membership.objects.filter(user=user)
        .select_related("case")
        .annotate(
            under_way=Count(captures, filter=Q(case__captures__state__in=UNFINISHED)),
            preserved=Count(captures, filter=Q(case__captures__state=State.SEALED)),
            failed=Count(captures, filter=Q(case__captures__state=State.FAILED)),
            latest=Max("case__captures__submitted", default=None),
        )
        .annotate(news=Coalesce("latest", "case__created"))
    )
    return list(found.order_by("-news"))
