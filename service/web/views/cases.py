"""Cases: those of a person, a new one, and one with its captures."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django import forms
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from service.captures.models import UNFINISHED, State
from service.cases.access import case_for, open_case, role_of
from service.cases.inviting import invitations_for
from service.cases.models import Membership
from service.cases.roles import ALLOWED, Act, Role
from service.web.doors import Visit, signed_in
from service.web.listing import list_captures
from service.web.profile_listing import profiles_of

if TYPE_CHECKING:
    from service.accounts.models import User


class NewCase(forms.Form):
    """A name is all that a case needs."""

    name = forms.CharField(
        max_length=200,
        label="A name for it",
        help_text="One that tells you which it is, and nobody else anything.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_safe
@signed_in
def cases(request: Visit) -> HttpResponse:
    """The cases that the person belongs to, those with news first."""
    return render(
        request,
        "cases/cases.html",
        {
            "memberships": _memberships(request.user),
            "invitations": invitations_for(request.user),
            "form": NewCase(),
            "place": "cases",
        },
    )


@signed_in
def new_case(request: Visit) -> HttpResponse:
    """Open a case; its maker owns it."""
    form = NewCase(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        case = open_case(request.user, form.cleaned_data["name"])
        return redirect("case", case_id=case.pk)
    return render(request, "cases/new.html", {"form": form, "place": "cases"})


@require_safe
@signed_in
def case(request: Visit, case_id: uuid.UUID) -> HttpResponse:
    """One case. A page that is open asks for its list again while something is under way."""
    found = case_for(request.user, case_id, Act.READ)
    listing = list_captures(found, request.GET.get("show", ""), request.GET.get("page", ""))
    role = cast("Role", role_of(request.user, found))
    told = {"case": found, "listing": listing, "may": _may(role), "role": role, "place": "cases"}
    if request.htmx:
        if request.GET.get("seen") == listing.digest:
            return HttpResponse(status=204)  # nothing new: nothing moves under anybody's cursor
        is_news = request.GET.get("said") != listing.summary
        return render(request, "cases/captures.html", {**told, "is_news": is_news})
    return render(request, "cases/case.html", {**told, "profiles": profiles_of(found)})


def _memberships(user: User) -> list[Membership]:
    """Each with counts of its case's captures: `under_way`, `preserved`, `failed`."""
    captures = "case__captures"
    return list(
        Membership.objects.filter(user=user)
        .select_related("case")
        .annotate(
            under_way=Count(captures, filter=Q(case__captures__state__in=UNFINISHED)),
            preserved=Count(captures, filter=Q(case__captures__state=State.SEALED)),
            failed=Count(captures, filter=Q(case__captures__state=State.FAILED)),
            latest=Max("case__captures__submitted", default=None),
        )
        .order_by("-latest", "-case__created")
    )


def _may(role: Role) -> dict[str, bool]:
    """What a template asks: ``may.submit`` and so on."""
    return {act.value: act in ALLOWED[role] for act in Act}
